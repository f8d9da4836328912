import type { OpsEvent } from '@opscore/contract'
import { expect, test } from 'vitest'
import { createLocalBroadcast } from '../../src/local/local-broadcast.ts'

const progress = (id: string): OpsEvent => ({
  id,
  type: 'task.progressed',
  time: '2026-01-02T03:04:05.000Z',
  taskId: 't',
  data: {},
})

test('whoever listens hears what is published until they stop', async () => {
  const broadcast = createLocalBroadcast()
  const heard: string[] = []
  const hear = (event: OpsEvent) => void heard.push(event.id)
  const stop = broadcast.listen(hear)
  broadcast.listen(hear)
  broadcast.publish(progress('1'))
  stop()
  broadcast.publish(progress('2'))
  await broadcast.close()
  broadcast.publish(progress('3'))
  expect(heard).toEqual(['1', '1', '2'])
})
