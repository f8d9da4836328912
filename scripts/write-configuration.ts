/** Writes docs/configuration.md from the settings themselves: `node scripts/write-configuration.ts`. */
import { writeFileSync } from 'node:fs'
import { CONFIGURATION_FILE, configurationDocument } from './gate/configuration-document.ts'

writeFileSync(CONFIGURATION_FILE, configurationDocument())
