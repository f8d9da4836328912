/** All benchmarks, one after the other: `npm run bench`. Each alone: `npm run bench:<name>`. */
import { measureAgentRoom } from './agent-room.ts'
import { present } from './harness/report.ts'
import { measureMemory } from './memory.ts'
import { measurePoison } from './poison.ts'
import { measureReportToDispatch } from './report-to-dispatch.ts'
import { measureScale } from './scale.ts'
import { measureSession } from './session.ts'
import { measureSessionOnRedis } from './session-redis.ts'
import { measureSessionSize } from './session-size.ts'
import { measureState } from './state.ts'
import { measureStateRead } from './state-read.ts'
import { measureStateOnRedis } from './state-redis.ts'
import { measureTrigger } from './trigger.ts'
import { measureWaiting } from './waiting.ts'
import { measureWaitingKinds } from './waiting-kinds.ts'

await present([
  measureState,
  measureStateRead,
  measureStateOnRedis,
  measureTrigger,
  measureSession,
  measureSessionOnRedis,
  measureAgentRoom,
  measureSessionSize,
  measureReportToDispatch,
  measureWaiting,
  measureWaitingKinds,
  measurePoison,
  measureScale,
  measureMemory,
])
