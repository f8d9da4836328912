/** Moves stores: to another one, into a file, and back. */
export { MigrationError, type Progress } from '@opscore/engine/moving'
export { type RedisAddress, readRedisUrl, redisAt } from '@opscore/store-redis/address'
export type { LineTally } from './migration/backup-file.ts'
export { backupStore, restoreStore, type StoreAt } from './migration/backup-store.ts'
export { type Compared, type Migrated, migrateStore } from './migration/migrate-store.ts'
