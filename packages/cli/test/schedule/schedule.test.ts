import { expect, test } from 'vitest'
import { steered } from '../steered.ts'

test('a schedule is made, shown, previewed, paused, run, back-filled and deleted', async () => {
  const { run, agent, client } = await steered()
  await agent('a')
  await client.workflows.put({ id: 'report', name: 'Report', tasks: [{ taskId: 'one' }] })
  const times = ['--cron', '0 6 * * *', '--time-zone', 'Asia/Kolkata', '--except', '2026-12-25', '--overlap', 'allow']
  const made = await run(['schedule', 'put', 'nightly', '--workflow', 'report', '--agent', 'a', ...times])
  expect([made.code, made.stderr]).toEqual([0, ''])
  expect(made.stdout).toMatch(/^TIMES +0 6 \* \* \*$/m)
  expect(await client.schedules.get('nightly')).toMatchObject({ exceptDates: ['2026-12-25'], overlap: 'allow' })
  expect((await run(['schedule', 'list', '-o', 'name'])).stdout).toBe('nightly\n')
  const previewed = (await run(['schedule', 'preview', 'nightly', '--count', '3'])).stdout.trimEnd().split('\n')
  expect(previewed).toHaveLength(4)
  for (const line of previewed.slice(1)) expect(line).toMatch(/^\d{4}-\d\d-\d\dT06:00:00\+05:30 /)
  expect((await run(['schedule', 'pause', 'nightly', '--reason', 'Holidays'])).code).toBe(0)
  expect((await run(['schedule', 'get', 'nightly'])).stdout).toMatch(/^PAUSED FOR +Holidays$/m)
  expect((await run(['schedule', 'resume', 'nightly'])).code).toBe(0)
  const began = (await run(['schedule', 'run', 'nightly', '-o', 'name'])).stdout.trim()
  expect(await client.sessions.get(began)).toMatchObject({ metadata: { schedule: { scheduleId: 'nightly' } } })
  const range = ['--from', '2026-03-01T00:00:00Z', '--to', '2026-03-03T00:00:00Z']
  const filled = await run(['schedule', 'backfill', 'nightly', ...range, '-o', 'json'])
  expect(JSON.parse(filled.stdout).map(({ nominalAt }: { nominalAt: string }) => nominalAt)).toEqual([
    '2026-03-01T00:30:00.000Z',
    '2026-03-02T00:30:00.000Z',
  ])
  const history = JSON.parse((await run(['schedule', 'history', 'nightly', '-o', 'json'])).stdout)
  expect(history.map(({ outcome }: { outcome: string }) => outcome)).toEqual(['fired', 'fired', 'fired'])
  expect((await run(['schedule', 'delete', 'nightly'])).stderr).toContain('--yes')
  expect((await run(['schedule', 'delete', 'nightly', '--yes'])).code).toBe(0)
  expect((await run(['schedule', 'list', '-o', 'json'])).stdout).toBe('[]\n')
})

test('a schedule that cannot run is refused in the words of Ops-Core, and a run that began nothing fails', async () => {
  const { run, client } = await steered()
  await client.workflows.put({ id: 'report', name: 'Report', tasks: [{ taskId: 'one' }] })
  const put = (...times: string[]) =>
    run(['schedule', 'put', 'x', '--workflow', 'report', '--agent', 'nobody', ...times])
  expect(await put('--cron', '0 0 31 2 *')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('no time at all'),
  })
  expect((await put('--interval', '1h')).code).toBe(0)
  const began = await run(['schedule', 'run', 'x'])
  expect(began).toMatchObject({ code: 1, stderr: expect.stringContaining('Agent not found: nobody') })
})
