import { setImmediate as turn } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { type Batch, type BatchQueueOptions, createBatchQueue, settle } from '../../src/store-kit/batch-queue.ts'

function trial(options: Partial<BatchQueueOptions<string>> = {}) {
  const sent: Batch<string>[] = []
  const queue = createBatchQueue<string>({ worthSending: 1_000, ...options, send: (batch) => void sent.push(batch) })
  const answers: Promise<unknown>[] = []
  const add = (text: string): void => {
    const added = queue.add(
      (cells) => void cells.push(text),
      (answer) => answer,
    )
    added.catch(() => {})
    answers.push(added)
  }
  const answer = (batch: Batch<string> | undefined) => {
    if (batch) queue.over(batch, () => batch.waiting.forEach((waiting, index) => void settle(waiting, index)))
  }
  return { queue, add, answers, answer, sent, cells: () => sent.map(({ cells }) => cells.join('')) }
}

it('hands out what came in one turn together, and what came meanwhile when that is over', async () => {
  const { queue, add, answers, answer, sent, cells } = trial()
  for (const text of ['a', 'b']) add(text)
  await turn()
  add('c')
  await turn()
  add('d')
  await turn()
  expect(cells()).toEqual(['ab'])
  answer(sent[0])
  expect(cells()).toEqual(['ab', 'cd'])
  expect(await Promise.all(answers.slice(0, 2))).toEqual([0, 1])
  const idle = queue.idle()
  answer(sent[1])
  await idle
})

it('hands out at once what is worth it, even behind another, and closes a batch that is large enough', async () => {
  const { add, cells, answer, sent } = trial({ worthSending: 3, batchEntries: 4, batchSize: 6 })
  for (const text of ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'iiiiii', 'j']) add(text)
  expect(cells()).toEqual(['abc', 'def'])
  answer(sent[0])
  expect(cells()).toEqual(['abc', 'def', 'ghiiiiii'])
  answer(sent[1])
  expect(cells()).toEqual(['abc', 'def', 'ghiiiiii'])
  answer(sent[2])
  expect(cells()).toEqual(['abc', 'def', 'ghiiiiii', 'j'])
})

it('refuses what is more than may wait, without what is under way, and takes entries again when there is room', async () => {
  const { add, answers, answer, sent, cells } = trial({ maxEntries: 2, maxSize: 5 })
  for (const text of ['a', 'b']) add(text)
  add('c')
  await expect(answers.at(-1)).rejects.toThrow('More writes wait')
  await turn()
  add('ddddd')
  add('e')
  await expect(answers.at(-1)).rejects.toThrow('More writes wait')
  answer(sent[0])
  add('f')
  answer(sent[1])
  expect(cells()).toEqual(['ab', 'ddddd', 'f'])
})

it('writes nothing of an entry that cannot be filled in', async () => {
  const { queue, add, cells } = trial()
  add('a')
  const broken = queue.add(
    (cells) => {
      cells.push('half')
      throw new TypeError('No JSON')
    },
    (answer) => answer,
  )
  await expect(broken).rejects.toThrow('No JSON')
  add('b')
  await turn()
  expect(cells()).toEqual(['ab'])
})

it('resolves with what is made of an answer, and rejects where nothing can be', async () => {
  const { queue, answer, sent, answers, add } = trial()
  const made = queue.add(
    (cells) => void cells.push('a'),
    (answer) => `made of ${answer}`,
  )
  const broken = queue.add(
    (cells) => void cells.push('b'),
    () => {
      throw new TypeError('No answer')
    },
  )
  add('c')
  await turn()
  answer(sent[0])
  expect(await made).toBe('made of 0')
  await expect(broken).rejects.toThrow('No answer')
  expect(await answers[0]).toBe(2)
})

it('refuses what comes after its end, and answers what was abandoned once', async () => {
  const { queue, add, answers, answer, sent } = trial()
  for (const text of ['a', 'b']) {
    add(text)
    await turn()
  }
  add('c')
  const idle = queue.idle()
  queue.end(new Error('It is over'), true)
  await idle
  add('d')
  for (const each of answers) await expect(each).rejects.toThrow('It is over')
  answer(sent[0])
  await turn()
  expect(sent).toHaveLength(1)
})
