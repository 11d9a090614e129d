-- The version that was champion before the present one was first made champion: rolling back twice goes back two versions.
-- Reads score_model, score_model_promotion. Writes nothing.
select earlier.model_version
from score_model_promotion as earlier
where earlier.model_name = :model_name
  and earlier.promotion_id < (
      select min(promotion.promotion_id)
      from score_model_promotion as promotion
      inner join score_model as champion
          on
              promotion.model_name = champion.model_name
              and promotion.model_version = champion.model_version
      where champion.model_name = :model_name
        and champion.state = 'CHAMPION'
  )
order by earlier.promotion_id desc
limit 1;
