/** What moves a store to another one, or to a file and back: the content of both sides, counted and compared. */
export { createContent, type Kind, type Tally } from './moving/content.ts'
export { contentOfDump, readDump } from './moving/content-of-dump.ts'
export type { Dump, DumpedAgent, DumpedSession, DumpRows, Homes } from './moving/dump.ts'
export {
  createLineSums,
  createLines,
  DUMP_KINDS,
  DUMP_VERSION,
  type DumpHead,
  type DumpKind,
  type DumpLine,
} from './moving/dump-lines.ts'
export { createItems, type Items } from './moving/items.ts'
export { MigrationError } from './moving/migration-error.ts'
export { createWalk, type Progress, type Walk } from './moving/walk.ts'
