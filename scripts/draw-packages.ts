/** Draws the packages in ARCHITECTURE.md from the imports: `node scripts/draw-packages.ts`. */
import { readFileSync, writeFileSync } from 'node:fs'
import { PICTURED_FILE, withPicture } from './gate/package-picture.ts'

writeFileSync(PICTURED_FILE, await withPicture(readFileSync(PICTURED_FILE, 'utf8')))
