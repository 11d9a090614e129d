-- The kinds of change that policy knows.
-- Reads: change_kind. Writes: nothing.
select
    kind,
    name_en,
    name_zh,
    rule
from change_kind
order by kind;
