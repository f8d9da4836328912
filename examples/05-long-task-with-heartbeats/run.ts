import { setTimeout } from 'node:timers/promises'
import { ended, opsCore, readWorkflow, show, startAgent } from '../connect.ts'

const PAGES = 5

await using crawler = await startAgent('crawler', {
  maxConcurrency: 2,
  tasks: {
    async crawl({ attempt }, { heartbeat, signal }) {
      for (let page = 1; page <= PAGES; page += 1) {
        heartbeat({ fraction: page / PAGES, text: `page ${page}` })
        console.log(`attempt ${attempt}: page ${page}`)
        const hangs = attempt === 1 && page === 3
        await setTimeout(hangs ? 4_000 : 300, undefined, { signal })
      }
      return PAGES
    },
  },
})
const { sessionId } = await opsCore.trigger(crawler.agentId, { workflowDefinition: await readWorkflow(import.meta) })
show(await ended(sessionId))
