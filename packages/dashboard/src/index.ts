export { buildPage, buildPageBeside, PAGE_FOLDER, pageState } from './page-build.ts'
