import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { EVENT_TYPES } from '@opscore/contract'
import { checkDefinition } from '@opscore/workflow'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { fold, HISTORY_FORMAT, type History } from './history.ts'
import { RECORDED, recordHistories } from './record.ts'

const files = readdirSync(RECORDED).sort()
const histories = files.map((file): History => JSON.parse(readFileSync(join(RECORDED, file), 'utf8')))
const sessions = histories.filter((history) => history.kind === 'session')

describe('a recorded history', () => {
  it.each(histories.map((history) => [history.name, history] as const))(
    'folds to the state that it folded to: %s',
    (_name, { kind, format, events, state }) => {
      expect(format).toBe(HISTORY_FORMAT)
      expect(fold(kind, events)).toEqual(state)
    },
  )

  it.each(sessions.map((history) => [history.name, history] as const))(
    'has a definition that still runs: %s',
    (_name, { definition, state }) => {
      const { compiled } = checkDefinition(definition)
      expect(compiled?.tasks.map(({ taskId }) => taskId)).toEqual(
        expect.arrayContaining(state.tasks.flatMap((task) => task?.taskDefinitionId ?? [])),
      )
    },
  )
})

describe('the recorded histories', () => {
  it('are at least 20 sessions and some agents', () => {
    expect(sessions.length).toBeGreaterThanOrEqual(20)
    expect(histories.length - sessions.length).toBeGreaterThanOrEqual(3)
  })

  it('hold every event that a log can hold', () => {
    const recorded = new Set(histories.flatMap(({ events }) => events.map(({ type }) => type)))
    expect([...recorded].sort()).toEqual(EVENT_TYPES.filter((type) => type !== 'task.progressed').sort())
  })
})

describe('recording', () => {
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'opscore-histories-'))
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  it('never overwrites a file that is there', () => {
    cpSync(RECORDED, folder, { recursive: true })
    writeFileSync(join(folder, 'sequence.json'), 'older')
    rmSync(join(folder, 'join-any.json'))
    expect(recordHistories(folder)).toEqual(['join-any.json'])
    expect(readFileSync(join(folder, 'sequence.json'), 'utf8')).toBe('older')
  })

  it('gives the same history each time', () => {
    const again = `${folder}/again`
    expect(recordHistories(folder)).toEqual(recordHistories(again))
    for (const file of readdirSync(again)) {
      expect(readFileSync(join(again, file), 'utf8')).toBe(readFileSync(join(folder, file), 'utf8'))
    }
  })
})
