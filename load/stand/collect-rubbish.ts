/**
 * Loaded into Ops-Core where a run watches its memory: collects rubbish every 20 s, so that the least that the heap holds from then to then is
 * what is kept. V8 itself collects old objects so seldom that what is kept and what is rubbish could not be told apart.
 */
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { isMainThread } from 'node:worker_threads'
import { startInterval } from '@opscore/contract/time'

if (isMainThread) {
  setFlagsFromString('--expose-gc')
  const collect: () => void = runInNewContext('gc')
  startInterval(20_000, collect, { keepAlive: false })
}
