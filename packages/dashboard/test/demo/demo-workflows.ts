import type { WorkflowDefinition } from '@opscore/contract'

/** What a company that runs agents might have: a fan-out with a join, a chain with a choice, a long crawl, and one that goes wrong. */
export const DEMO_WORKFLOWS: readonly WorkflowDefinition[] = [
  {
    id: 'refund',
    name: 'Refund',
    version: '1.1',
    description: 'Money goes back only when a person has said so.',
    timeout: '7d',
    tasks: [
      {
        taskId: 'decide',
        name: 'Decide on the refund',
        kind: 'approval',
        title: 'Refund 84.50 € to customer 48213?',
        parameters: { customer: 48213, amount: 84.5, reason: 'The invoice of March was charged twice.' },
        form: {
          type: 'object',
          required: ['amount', 'reason'],
          properties: {
            customer: { type: 'integer', title: 'Customer' },
            amount: { type: 'number', title: 'Amount, in euros' },
            reason: { type: 'string', title: 'Reason', maxLength: 400 },
          },
        },
        timeout: '3d',
        nextTaskId: 'pay',
      },
      {
        taskId: 'pay',
        name: 'Write it down',
        kind: 'expression',
        value: { decision: '${{ tasks.decide.result.decision }}', amount: '${{ tasks.decide.result.content.amount }}' },
      },
    ],
  },
  {
    id: 'research-report',
    name: 'Research report',
    version: '2.3',
    tasks: [
      {
        taskId: 'plan',
        name: 'Plan the questions',
        agentCapability: 'plan',
        parameters: { topic: 'Heat pumps in old buildings' },
        next: [{ to: 'web' }, { to: 'papers' }, { to: 'interviews' }, { to: 'figures' }],
      },
      {
        taskId: 'web',
        name: 'Search the web',
        agentCapability: 'search',
        parameters: { sources: 40 },
        nextTaskId: 'draft',
      },
      {
        taskId: 'papers',
        name: 'Read papers',
        agentCapability: 'search',
        parameters: { from: 2022 },
        nextTaskId: 'draft',
      },
      { taskId: 'interviews', name: 'Summarise interviews', agentCapability: 'search', nextTaskId: 'draft' },
      {
        taskId: 'figures',
        name: 'Collect figures',
        agentCapability: 'analyse',
        retry: { maxAttempts: 3, initialInterval: '1s' },
        nextTaskId: 'draft',
      },
      { taskId: 'draft', name: 'Write the draft', agentCapability: 'write', nextTaskId: 'review' },
      { taskId: 'review', name: 'Review', agentCapability: 'review', nextTaskId: 'publish' },
      { taskId: 'publish', name: 'Publish', agentCapability: 'write' },
    ],
  },
  {
    id: 'support-triage',
    name: 'Support triage',
    version: '1.8',
    tasks: [
      {
        taskId: 'classify',
        name: 'Classify the ticket',
        agentCapability: 'classify',
        parameters: { ticket: 48213, text: 'The invoice of March was charged twice.' },
        choose: [{ to: 'refund', when: 'result.kind == "billing"' }, { to: 'answer' }],
      },
      { taskId: 'refund', name: 'Check the refund', agentCapability: 'analyse', nextTaskId: 'answer' },
      { taskId: 'answer', name: 'Answer the customer', agentCapability: 'write', join: 'any' },
    ],
  },
  {
    id: 'nightly-crawl',
    name: 'Nightly crawl',
    tasks: [
      {
        taskId: 'crawl',
        name: 'Crawl the shops',
        agentCapability: 'crawl',
        timeouts: { heartbeat: '30s' },
        nextTaskId: 'index',
      },
      { taskId: 'index', name: 'Index what was found', agentCapability: 'analyse' },
    ],
  },
  {
    id: 'invoice-check',
    name: 'Invoice check',
    version: '4.0',
    tasks: [
      { taskId: 'extract', name: 'Read the invoice', agentCapability: 'analyse', nextTaskId: 'match' },
      {
        taskId: 'match',
        name: 'Match the order',
        agentCapability: 'ledger',
        retry: { maxAttempts: 3, initialInterval: '300ms' },
        nextTaskId: 'book',
      },
      { taskId: 'book', name: 'Book it', agentCapability: 'ledger' },
    ],
  },
  {
    id: 'translate-docs',
    name: 'Translate the documentation',
    routing: 'strict',
    tasks: [{ taskId: 'translate', name: 'Translate', agentCapability: 'translate-ja' }],
  },
  {
    id: 'doomed',
    name: 'Book into a ledger that is gone',
    tasks: [
      {
        taskId: 'book',
        name: 'Book it',
        agentCapability: 'closed-ledger',
        retry: { maxAttempts: 2, initialInterval: '100ms' },
        nextTaskId: 'mail',
      },
      { taskId: 'mail', name: 'Send the receipt', agentCapability: 'write' },
    ],
  },
]
