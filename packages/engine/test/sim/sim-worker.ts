/** Plays the seeds that it is handed, one after the other, with the bug that it was started with. */
import { parentPort, workerData } from 'node:worker_threads'
import { plant, plantedBug } from './planted-bugs.ts'

const port = parentPort
if (!port) throw new Error('This plays seeds for sim.ts and is started by it')
const bug: unknown = workerData?.bug
if (typeof bug === 'string') plant(plantedBug(bug))

// A story throws by the thousand, and nobody reads where.
Error.stackTraceLimit = 0
const { playSeed } = await import('./play-seed.ts')

port.on('message', async (seed: number) => port.postMessage({ seed, found: await playSeed(seed) }))
port.postMessage(null)
