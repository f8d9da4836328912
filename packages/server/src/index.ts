export { type ServerSettings, serverSettings } from './config.ts'
export { type OpsCore, startOpsCore } from './main.ts'
