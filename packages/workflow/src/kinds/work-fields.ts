import type { TaskDefinition } from '@opscore/contract'
import type { Fields } from '../compile/field-reader.ts'

/** The fields of a task's definition, as they are read for its kind. */
export type WorkFields = Fields<(typeof TaskDefinition)['properties']>
