import { afterEach, beforeEach, describe } from 'vitest'
import { createManualClock } from '../local/manual-clock.ts'
import { agentContract } from './agent-contract.ts'
import { commitContract } from './commit-contract.ts'
import { eventContract } from './event-contract.ts'
import { exactContract } from './exact-contract.ts'
import { pageContract } from './page-contract.ts'
import { recordContract } from './record-contract.ts'
import { recordingLog } from './recording-log.ts'
import { sessionContract } from './session-contract.ts'
import type { OpenStore, Subject } from './subject.ts'
import { togetherContract } from './together-contract.ts'
import { trimContract } from './trim-contract.ts'
import { workContract } from './work-contract.ts'
import { workflowContract } from './workflow-contract.ts'

/** Every promise of `ports/store.ts`. Each adapter passes all of it. */
export function storeContract(name: string, open: OpenStore): void {
  describe(`the store contract, ${name}`, () => {
    let subject: Subject

    beforeEach(async () => {
      const clock = createManualClock()
      const { log, logged } = recordingLog()
      subject = { store: await open({ clock, log }), clock, logged }
      // What it says of itself as it opens is no answer to what a test does.
      logged.length = 0
    })
    afterEach(async () => {
      await subject.store.close()
    })

    const current = () => subject
    describe('commits', () => commitContract(current))
    describe('commits that go along', () => togetherContract(current))
    describe('agents', () => agentContract(current))
    describe('sessions', () => sessionContract(current))
    describe('events', () => eventContract(current))
    describe('pages', () => pageContract(current))
    describe('integers beyond 2^53', () => exactContract(current))
    describe('what waits', () => workContract(current))
    describe('workflows', () => workflowContract(current))
    describe('records', () => recordContract(current))
    describe('retention', () => trimContract(current))
  })
}
