export { RedisUnfitError } from '@opscore/store-redis/unfit-error'
export { DataFileError } from '@opscore/store-sqlite'
export { type ServerSettings, serverSettings } from './config.ts'
export { type OpsCore, startOpsCore } from './main.ts'
