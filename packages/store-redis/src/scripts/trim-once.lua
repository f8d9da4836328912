--[[
Removes once-records that have expired, at most a step's worth.

KEYS[1]  the partition's meta hash; every other key begins with the same prefix, and lies in the same slot
ARGV[1]  the store's id
ARGV[2]  the time, in milliseconds
ARGV[3]  how many go at most

Returns  how many went

Guarantees: a key that was used again since keeps its new record.
]]
local call = redis.call
local prefix = string.sub(KEYS[1], 1, -5)
if call('HGET', KEYS[1], 'store') ~= ARGV[1] then return redis.error_reply('WRONGSTORE Redis holds another store, or none') end
local expired = call('ZRANGEBYSCORE', prefix .. 'onceExpiry', '-inf', ARGV[2], 'LIMIT', 0, ARGV[3])
for _, key in ipairs(expired) do
  call('HDEL', prefix .. 'once', key)
  call('ZREM', prefix .. 'onceExpiry', key)
end
return #expired
