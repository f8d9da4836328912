/** Reads everything that a data directory holds. */

export { type Filling, fillDataFile } from './dump/fill-data-file.ts'
export { openDump } from './dump/open-dump.ts'
