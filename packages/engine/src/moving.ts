/** What moves a store to another one: the content of both sides, counted and compared. */
export { createContent, type Kind, type Tally } from './moving/content.ts'
export { contentOfDump } from './moving/content-of-dump.ts'
export type { Dump, DumpedAgent, DumpedSession, DumpRows, Homes } from './moving/dump.ts'
export { createItems, type Items } from './moving/items.ts'
export { MigrationError } from './moving/migration-error.ts'
export { createWalk, type Progress, type Walk } from './moving/walk.ts'
