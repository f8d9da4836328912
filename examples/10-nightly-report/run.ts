import { ended, known, opsCore, readWorkflow, show, startAgent } from '../connect.ts'

const DAY = 24 * 3_600_000

await using reporter = await startAgent('reporter', {
  tasks: {
    gather: ({ parameters: { team } }) => ({ team, tickets: 12 }),
    write: ({ parameters: { team, tickets } }) => `${team}: ${tickets} tickets`,
  },
})
await known(reporter.agentId)
const workflow = await opsCore.workflows.put(await readWorkflow(import.meta))
const scheduleId = `nightly-${process.pid}`
await opsCore.schedules.put(scheduleId, {
  workflowId: workflow.id,
  agentId: reporter.agentId,
  input: { team: 'sales' },
  cron: '0 6 * * *',
  timeZone: 'Europe/Berlin',
  overlap: 'queue',
  catchUp: '3h',
  pauseAfterFailures: 3,
})
for (const { local } of (await opsCore.schedules.preview(scheduleId, { count: 3 })).times) console.log(`next: ${local}`)

const now = Date.now()
const nights = { from: new Date(now - 3 * DAY).toISOString(), to: new Date(now).toISOString() }
for (const { sessionId } of (await opsCore.schedules.backfill(scheduleId, nights)).items) {
  if (sessionId !== null) show(await ended(sessionId))
}
const history = await opsCore.schedules.history(scheduleId)
console.log(`${history.items.length} entries: ${history.items[0]?.outcome}`)
await opsCore.schedules.delete(scheduleId)
