/**
 * `npm run sim -- --seeds 10000 [--from N] [--bug NAME] [--jobs 2]`: plays seeds until one breaks an invariant. Exits with
 * 1 at a breach, after the seed, what broke, and the command that plays it again exactly.
 */
import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { Worker } from 'node:worker_threads'
import { plantedBug } from './planted-bugs.ts'

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '1000' },
    from: { type: 'string', default: '1' },
    jobs: { type: 'string', default: String(Math.min(2, availableParallelism())) },
    bug: { type: 'string' },
  },
})
const { bug } = values
if (bug !== undefined) plantedBug(bug)
const first = wholeNumber('from', values.from)
const end = first + wholeNumber('seeds', values.seeds)
/** How often progress is told, in milliseconds. */
const TELLING = 5_000

interface Breach {
  seed: number
  found: string[]
}

function wholeNumber(name: string, text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new Error(`--${name} is a whole number, not ${text}`)
  return Number(text)
}

let next = first
let played = 0
let breach: Breach | null = null
const started = performance.now()
let told = started

function take(answer: Breach): void {
  played += 1
  // The lowest seed is told, whoever came to it first.
  if (answer.found.length > 0 && (!breach || answer.seed < breach.seed)) breach = answer
  if (performance.now() - told < TELLING) return
  told = performance.now()
  console.log(`${played} seeds, ${perSecond()} a second`)
}

const perSecond = () => (played / ((performance.now() - started) / 1000)).toFixed(1)

/** Hands seeds to one worker until there are none or one was broken. A worker that dies has broken its seed. */
function work(): Promise<void> {
  const worker = new Worker(new URL('./sim-worker.ts', import.meta.url), {
    workerData: { bug },
    // A story leaves much behind that dies young.
    resourceLimits: { maxYoungGenerationSizeMb: 192 },
  })
  let seed = 0
  return new Promise((resolve) => {
    const goOn = () => {
      if (breach || next >= end) return void worker.terminate().then(() => resolve())
      seed = next
      next += 1
      worker.postMessage(seed)
    }
    worker.on('message', (answer: Breach | null) => {
      if (answer) take(answer)
      goOn()
    })
    worker.on('error', (error) => {
      take({ seed, found: [`the process would have ended: ${error}`] })
      goOn()
      resolve()
    })
  })
}

await Promise.all(Array.from({ length: Math.max(1, wholeNumber('jobs', values.jobs)) }, work))

/** `take` has set it from within the workers' answers, which the compiler does not follow. */
const broken = breach as Breach | null
if (broken) {
  console.log(`seed ${broken.seed}:`)
  for (const sentence of broken.found.slice(0, 10)) console.log(`  ${sentence}`)
  if (broken.found.length > 10) console.log(`  and ${broken.found.length - 10} more`)
  console.log(`again: npm run sim -- --from ${broken.seed} --seeds 1${bug ? ` --bug ${bug}` : ''}`)
  process.exitCode = 1
} else {
  console.log(`${played} seeds without a breach, ${perSecond()} a second`)
}
