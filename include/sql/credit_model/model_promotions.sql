-- How often a version became champion, and whether it is so now.
-- Reads score_model, score_model_promotion. Writes nothing.
select
    score_model.state,
    (
        select count(*)
        from score_model_promotion
        where score_model_promotion.model_name = score_model.model_name
          and score_model_promotion.model_version = score_model.model_version
    ) as promotions
from score_model
where score_model.model_name = :model_name
  and score_model.model_version = :model_version;
