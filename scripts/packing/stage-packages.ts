/**
 * What is packed. Node runs TypeScript in the repository but not below node_modules, so a package that somebody installs holds
 * JavaScript in the same places, and beside it whatever its source reads.
 */
import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { buildPage, pageState } from '@opscore/dashboard'
import { commandOf, ROOT } from '../gate/step.ts'

export interface Manifest {
  name: string
  version: string
  private?: boolean
  bin?: Record<string, string>
  exports?: Record<string, string>
  [field: string]: unknown
}

/** What is built before it is packed, by the package. */
const BUILT: Record<string, string> = { dashboard: 'dist' }

/** Files outside of the packages that one of them reads, by the package. */
const BORROWED: Record<string, string> = { server: 'docs/sample_workflow.json' }

/** Writes every package into a folder of its own below `folder`, ready to be packed; returns these. Throws where the types are wrong. */
export async function stagePackages(folder: string): Promise<string[]> {
  const staged = join(folder, 'packages')
  if (pageState() === 'stale') await buildPage()
  await emit(folder, staged)
  return readdirSync(join(ROOT, 'packages')).map((name) => {
    const [from, to] = [join(ROOT, 'packages', name), join(staged, name)]
    cpSync(join(from, 'src'), join(to, 'src'), { recursive: true, filter: (path) => !path.endsWith('.ts') })
    if (existsSync(join(from, 'bin'))) cpSync(join(from, 'bin'), join(to, 'bin'), { recursive: true })
    const built = BUILT[name]
    if (built) cpSync(join(from, built), join(to, built), { recursive: true })
    const borrowed = BORROWED[name]
    if (borrowed) cpSync(join(ROOT, borrowed), join(to, borrowed))
    cpSync(join(ROOT, 'LICENSE'), join(to, 'LICENSE'))
    const manifest: Manifest = JSON.parse(readFileSync(join(from, 'package.json'), 'utf8'))
    writeFileSync(join(to, 'package.json'), `${JSON.stringify(packedManifest(manifest), null, 2)}\n`)
    return to
  })
}

/** As in the repository, but for JavaScript. A workspace is private so that nobody publishes its TypeScript. */
function packedManifest({ private: _, ...manifest }: Manifest): Manifest {
  const exported = Object.entries(manifest.exports ?? {}).map(([name, path]) => [
    name,
    { types: path.replace(/\.ts$/, '.d.ts'), default: path.replace(/\.ts$/, '.js') },
  ])
  return {
    ...manifest,
    engines: { node: '>=24' },
    ...(exported.length > 0 ? { exports: Object.fromEntries(exported) } : {}),
  }
}

async function emit(folder: string, outDir: string): Promise<void> {
  const project = join(folder, 'tsconfig.json')
  const compilerOptions = {
    noEmit: false,
    noEmitOnError: true,
    declaration: true,
    outDir,
    rootDir: join(ROOT, 'packages'),
    typeRoots: [join(ROOT, 'node_modules/@types')],
  }
  mkdirSync(outDir, { recursive: true })
  const include = [join(ROOT, 'packages/*/src')]
  writeFileSync(project, JSON.stringify({ extends: join(ROOT, 'tsconfig.json'), compilerOptions, include }))
  const command = [await commandOf('typescript'), '--project', project]
  const { status, stdout, stderr } = spawnSync(process.execPath, command, { encoding: 'utf8' })
  if (status !== 0) throw new Error(`The packages were not built:\n${stdout}${stderr}`)
}
