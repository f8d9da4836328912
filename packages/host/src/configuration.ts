/** Settings: the entry `@opscore/host/configuration`, which brings in nothing else of this package, so it is read at once. */
export { logLevelSetting } from './configuration/log-level.ts'
export * from './configuration/setting.ts'
export * from './configuration/settings.ts'
