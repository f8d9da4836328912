import { describe, expect, it } from 'vitest'
import type { Batch, BatchOutcome } from '../../src/store/commit-batch.ts'
import { GroupCommit } from '../../src/store/group-commit.ts'
import type { Write } from '../../src/store/records.ts'
import { until } from '../local-server.ts'

const write = (name: string): Write => ({ name: 'removeTool', argument: { name } })
const namesIn = ({ writes }: Batch) => writes.map(({ argument }) => ('name' in argument ? argument.name : ''))
const committed = ({ writes }: Batch): BatchOutcome => ({
  kind: 'committed',
  outcomes: writes.map(() => ({ value: true })),
})
const rolledBack = (kind: 'full' | 'lost'): BatchOutcome => ({ kind: 'rolled-back', failure: { kind, message: 'no' } })

/** A writer whose answers the test gives. */
function setUp() {
  const sent: Batch[] = []
  const lost: Error[] = []
  const commits = new GroupCommit({ send: (batch) => void sent.push(batch), onLost: (error) => void lost.push(error) })
  const answerLast = (answer: (batch: Batch) => BatchOutcome) => {
    const batch = sent.at(-1)
    if (batch !== undefined) commits.receive(answer(batch))
  }
  return { commits, sent, lost, answerLast }
}

describe('group commit', () => {
  it('makes one batch of what arrives while the last one runs, in its order', async () => {
    const { commits, sent, answerLast } = setUp()
    const first = commits.write(write('first'))
    await until('it was sent', () => sent.length === 1)
    const others = [commits.write(write('second')), commits.write(write('third'))]
    expect(sent).toHaveLength(1)
    answerLast(committed)
    await first
    expect(sent.map(namesIn)).toEqual([['first'], ['second', 'third']])
    answerLast(committed)
    expect(await Promise.all(others)).toEqual([true, true])
  })

  it('refuses a batch that found the disk full and takes the next', async () => {
    const { commits, sent, answerLast } = setUp()
    const first = commits.write(write('first'))
    await until('it was sent', () => sent.length === 1)
    answerLast(() => rolledBack('full'))
    await expect(first).rejects.toMatchObject({ code: 'STORE_FULL', status: 507 })
    const second = commits.write(write('second'))
    await until('it was sent', () => sent.length === 2)
    answerLast(committed)
    await second
  })

  it('sends settled rows until a batch with them is committed', async () => {
    const { commits, sent, answerLast } = setUp()
    commits.settle('messages', 7)
    await until('they went alone', () => sent.length === 1)
    answerLast(() => rolledBack('full'))
    void commits.write(write('next'))
    await until('they went along', () => sent.length === 2)
    expect(sent.map(({ settled }) => settled.messages)).toEqual([[7], [7]])
    answerLast(committed)
    await commits.finish()
    expect(sent).toHaveLength(2)
  })

  it('acknowledges nothing any more once what is on disk is unknown, and says so once', async () => {
    const { commits, sent, lost, answerLast } = setUp()
    const first = commits.write(write('first'))
    await until('it was sent', () => sent.length === 1)
    const second = commits.write(write('second'))
    answerLast(() => rolledBack('lost'))
    for (const refused of [first, second, commits.write(write('third'))]) {
      await expect(refused).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' })
    }
    commits.fail(new Error('again'))
    expect(lost).toHaveLength(1)
    expect(sent).toHaveLength(1)
  })

  it('sheds what a slow disk cannot take', async () => {
    const { commits } = setUp()
    const writes = Array.from({ length: 10_001 }, (_, index) => commits.write(write(`${index}`)))
    await expect(writes.at(-1)).rejects.toMatchObject({ code: 'OVERLOADED', status: 503 })
  })
})
