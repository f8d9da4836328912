/** Builds the page: `node packages/dashboard/src/build.ts`. */
import { buildPage } from './page-build.ts'

await buildPage()
