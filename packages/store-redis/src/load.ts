/** Fills an empty Redis with what another store holds, and reads one whole. */

export { silent } from './load/at-work.ts'
export { copyAll } from './load/copy.ts'
export { createHomes } from './load/homes.ts'
export { createImporter } from './load/importer.ts'
export { openSource, type Source } from './load/source.ts'
export { type Found, lookAtTarget, openTarget, type TargetOptions } from './load/target.ts'
export { contentOfTarget, readTarget } from './load/target-content.ts'
