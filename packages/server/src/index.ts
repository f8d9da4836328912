export { RedisUnfitError } from './adapters/redis/redis-unfit-error.ts'
export { DataFileError } from './adapters/sqlite/data-file-error.ts'
export { type ServerSettings, serverSettings } from './config.ts'
export { type OpsCore, startOpsCore } from './main.ts'
