/** Reads everything that a data directory holds. */
export { openDump } from './dump/open-dump.ts'
