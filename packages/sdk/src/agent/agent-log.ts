/** Where an agent says what it does: the shape of pino's methods, so a pino logger fits as it is. */
export interface AgentLog {
  debug(fields: object, message: string): void
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
}

/** Warnings and errors on stderr: what a person who runs an agent by hand must not miss. */
export const stderrLog: AgentLog = {
  debug() {},
  info() {},
  warn: (fields, message) => console.error(`warning: ${message}`, fields),
  error: (fields, message) => console.error(`error: ${message}`, fields),
}

/** The same log, with `bound` in every record. */
export function bindLog(log: AgentLog, bound: object): AgentLog {
  return {
    debug: (fields, message) => log.debug({ ...bound, ...fields }, message),
    info: (fields, message) => log.info({ ...bound, ...fields }, message),
    warn: (fields, message) => log.warn({ ...bound, ...fields }, message),
    error: (fields, message) => log.error({ ...bound, ...fields }, message),
  }
}
