/** Wake-ups over several processes, on BullMQ. */
export { createBullWakeQueue } from './bull-wake-queue.ts'
