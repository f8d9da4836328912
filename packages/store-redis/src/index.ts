/** Ops-Core's state in Redis, for any number of processes. */
export { codeOf } from './link/failure.ts'
export { createRedisBroadcast } from './redis-broadcast.ts'
export { openRedisStore, type RedisStore, type RedisStoreOptions } from './redis-store.ts'
export { createStoreMemory } from './write/store-memory.ts'
