import { createMemoryStore } from '../../src/memory/memory-store.ts'
import { storeContract } from './store-contract.ts'

storeContract('in memory', async (parts) => createMemoryStore(parts))
