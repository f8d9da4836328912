import { LOG_LEVELS, type LogLevel } from '../log-level.ts'
import { oneOf, type Setting } from './setting.ts'

/** Words that are in use elsewhere, in Python's logging above all: environments that exist have them. */
const ALIASES: Readonly<Record<string, LogLevel>> = {
  notset: 'debug',
  trace: 'debug',
  warning: 'warn',
  critical: 'error',
  fatal: 'error',
  off: 'silent',
}

/** `LOG_LEVEL`, the same in every process. */
export const logLevelSetting: Setting<LogLevel> = oneOf('LOG_LEVEL', LOG_LEVELS, {
  default: 'info',
  aliases: ALIASES,
  doc: 'The least level that is logged. `WARNING`, `CRITICAL` and the other words of Python are read too',
})
