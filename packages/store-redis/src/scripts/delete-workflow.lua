--[[
Removes a workflow. Sessions keep their own definition.

KEYS[1]  the workflows' meta hash; every other key begins with the same prefix, and lies in the same slot
ARGV[1]  the store's id
ARGV[2]  the workflow's id
ARGV[3]  "match" asks for one of the hashes that follow; else empty
ARGV[4…] hashes

Returns  "deleted", "unknown" or "mismatch"

Guarantees: its definition goes with the last workflow that needs it.
]]
local call = redis.call
local prefix = string.sub(KEYS[1], 1, -5)
if call('HGET', KEYS[1], 'store') ~= ARGV[1] then return redis.error_reply('WRONGSTORE Redis holds another store, or none') end
local id = ARGV[2]
local hash = call('HGET', prefix .. 'f:' .. id, 'hash')
if not hash then return 'unknown' end

if ARGV[3] == 'match' then
  local matches = false
  for i = 4, #ARGV do matches = matches or ARGV[i] == hash end
  if not matches then return 'mismatch' end
end
call('DEL', prefix .. 'f:' .. id)
call('ZREM', prefix .. 'ids', id)
if call('HINCRBY', prefix .. 'defUses', hash, -1) <= 0 then
  call('HDEL', prefix .. 'defUses', hash)
  call('HDEL', prefix .. 'defs', hash)
end
return 'deleted'
