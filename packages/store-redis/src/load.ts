/** Fills an empty Redis with what another store holds. */
export { copyAll } from './load/copy.ts'
export { createHomes } from './load/homes.ts'
export { createImporter } from './load/importer.ts'
export { type Found, lookAtTarget, openTarget, silent, type TargetOptions } from './load/target.ts'
export { contentOfTarget } from './load/target-content.ts'
