--[[
Claims a partition, or the workflows' keys, for a store where nothing is there yet.

KEYS[1]  the meta hash
ARGV[1]  the id of the store that claims it
ARGV[2]  how many partitions the store has
ARGV[3]  the format of its data

Returns  the id, the number of partitions and the format that are there afterwards, and "1" where the store is whole

Guarantees: what is there already stays as it is.
]]
if redis.call('EXISTS', KEYS[1]) == 0 then
  redis.call('HSET', KEYS[1], 'store', ARGV[1], 'partitions', ARGV[2], 'format', ARGV[3])
  redis.call('HSET', KEYS[1], 'head', 0, 'trimmed', 0, 'effect', 0)
end
return redis.call('HMGET', KEYS[1], 'store', 'partitions', 'format', 'whole')
