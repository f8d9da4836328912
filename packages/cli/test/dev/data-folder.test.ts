import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openDataFolder } from '../../src/dev/data-folder.ts'
import { temporaryFolder } from '../opscore-process.ts'

test('the webhook secret is made once and readable by its owner alone', () => {
  const path = join(temporaryFolder(), 'new')
  const secret = openDataFolder(path).webhookSecret()
  expect(secret).toMatch(/^[0-9a-f]{64}$/)
  expect(openDataFolder(path).webhookSecret()).toBe(secret)
  expect(statSync(join(path, 'webhook-secret')).mode & 0o777).toBe(0o600)
})

test('agents keep their ports, and new ones get others', async () => {
  const path = temporaryFolder()
  const first = await openDataFolder(path).agentPorts(['agent-1', 'agent-2'])
  const second = await openDataFolder(path).agentPorts(['agent-1', 'agent-2', 'agent-3'])
  expect(second.get('agent-1')).toBe(first.get('agent-1'))
  expect(second.get('agent-2')).toBe(first.get('agent-2'))
  expect(new Set(second.values()).size).toBe(3)
})

test('a file of ports that is broken is made anew', async () => {
  const path = temporaryFolder()
  writeFileSync(join(path, 'agent-ports.json'), '{"agent-1": "x", ')
  const ports = await openDataFolder(path).agentPorts(['agent-1'])
  expect(JSON.parse(readFileSync(join(path, 'agent-ports.json'), 'utf8'))).toEqual(Object.fromEntries(ports))
})
