/** Ops-Core's state in one SQLite file, for one process. */
export { DataFileError } from './data-file-error.ts'
export { openSqliteStore, type SqliteStore } from './sqlite-store.ts'
