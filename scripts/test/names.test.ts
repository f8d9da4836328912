import { expect, test } from 'vitest'
import { badName } from '../gate/names.ts'

test.each([
  ['packages/server/src/utils.ts', 'says nothing'],
  ['packages/server/src/http/helpers/agent.ts', 'says nothing'],
  ['packages/sdk/src/common/retry.ts', 'says nothing'],
  ['packages/server/src/agent-manager.ts', 'says nothing'],
  ['packages/server/src/core/agent/types.ts', 'says nothing'],
  ['packages/server/test/test-utils.ts', 'says nothing'],
  ['packages/server/src/agentService.ts', 'kebab-case'],
  ['packages/server/src/Agent/state.ts', 'kebab-case'],
  ['packages/server/src/http/index.ts', 'entry'],
  ['packages/server/test/index.ts', 'entry'],
  ['packages/server/src/a/b/c/d/e.ts', 'folders below src'],
])('%s is refused: %s', (path, reason) => {
  expect(badName(path)).toContain(reason)
})

test.each([
  'packages/server/src/index.ts',
  'packages/workflow/src/check/definition.ts',
  'packages/server/test/core/agent/decide-agent.test.ts',
  'packages/server/src/adapters/sqlite/0001-initial.ts',
  'vitest.config.ts',
])('%s is a good name', (path) => {
  expect(badName(path)).toBeNull()
})
