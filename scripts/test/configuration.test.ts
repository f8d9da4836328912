import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { CONFIGURATION_FILE, configurationDocument } from '../gate/configuration-document.ts'

it('docs/configuration.md says what the settings say (node scripts/write-configuration.ts writes it)', () => {
  expect(readFileSync(CONFIGURATION_FILE, 'utf8')).toBe(configurationDocument())
})
