import { createMemoryStore } from '../../src/adapters/memory/memory-store.ts'
import { storeContract } from './store-contract.ts'

storeContract('in memory', async (parts) => createMemoryStore(parts))
