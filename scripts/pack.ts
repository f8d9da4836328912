/** `npm run pack`: a tarball of each package in `dist/`, as it would be published. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ROOT } from './gate/step.ts'
import { packFolder } from './packing/pack-folder.ts'
import { stagePackages } from './packing/stage-packages.ts'

const destination = join(ROOT, 'dist')
const folder = mkdtempSync(join(tmpdir(), 'opscore-pack-'))
try {
  mkdirSync(destination, { recursive: true })
  for (const staged of await stagePackages(folder)) {
    const { path, files } = packFolder(staged, destination)
    console.log(`${path} (${files.length} files)`)
  }
} finally {
  rmSync(folder, { recursive: true })
}
