import { pino } from 'pino'
import { cleanFields, cleanText } from './log-fields.ts'
import type { LogLevel } from './log-level.ts'

/** Error or worse reaches people, a warning asks to be looked at, info marks a life's stations, debug is for us. */
export interface Log {
  debug(fields: object, message: string): void
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
  child(fields: object): Log
}

export interface LogOptions {
  level: LogLevel
  name: string
  /** Where the lines go; standard output by default. */
  destination?: { write(line: string): void }
}

/**
 * JSON, one line per record whatever a field holds. Credentials and payloads are redacted, URLs lose their userinfo and
 * query, fields are cut at 1 KiB: see log-fields.ts.
 */
export function createLog({ level, name, destination }: LogOptions): Log {
  const options = {
    name: cleanText(name),
    level,
    base: { pid: process.pid },
    timestamp: pino.stdTimeFunctions.isoTime,
    // Errors are cleaned with the other fields; pino would print them by its own rule.
    serializers: { err: (error: unknown) => error },
    formatters: { level: (label: string) => ({ level: label }) },
  }
  const sink = destination ?? pino.destination({ fd: 1, sync: true })
  return wrap(pino(options, sink))
}

function wrap(logger: pino.Logger, bound: object = {}): Log {
  const at = (level: 'debug' | 'info' | 'warn' | 'error') => (fields: object, message: string) => {
    if (logger.isLevelEnabled(level)) logger[level]({ ...bound, ...cleanFields(fields) }, cleanText(message))
  }
  return {
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    child: (fields) => wrap(logger, { ...bound, ...cleanFields(fields) }),
  }
}
