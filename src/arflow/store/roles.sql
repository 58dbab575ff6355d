-- Three roles for an arflow store on PostgreSQL: a reader, an officer and an owner. None can log in: you grant them to logins.
-- A superuser runs this after `arflow init`, and again after each version that made the tables newer:
--
--   arflow store roles | psql --set ON_ERROR_STOP=1 DATABASE
--
-- It takes the tables of the schema that comes first in the search_path.

begin;

do $$
declare
    role text;
    part record;
begin
    foreach role in array array['arflow_owner', 'arflow_officer', 'arflow_reader'] loop
        if not exists (select from pg_roles where rolname = role) then
            execute format('create role %I nologin', role);
        end if;
        execute format('grant connect on database %I to %I', current_database(), role);
        execute format('grant usage on schema %I to %I', current_schema(), role);
    end loop;

    -- Nobody else makes tables or functions that could stand in the place of arflow's.
    execute format('revoke create on schema %I from public', current_schema());
    execute format('grant create on schema %I to arflow_owner', current_schema());

    -- Only the owner changes a table, or turns off the triggers that refuse a change of the log.
    for part in
        select c.oid::regclass as name
        from pg_class c
        where c.relnamespace = quote_ident(current_schema())::regnamespace and c.relname in (
            'alembic_version', 'events', 'chain_head', 'tracking', 'notes', 'officers', 'people', 'imported_facts',
            'documents', 'holds', 'dispatches', 'messages', 'arrivals', 'arrival_places', 'papers',
            'plans', 'reviews', 'due', 'unreadable', 'projection_position', 'rules', 'definitions'
        )
    loop
        execute format('alter table %s owner to arflow_owner', part.name);
        execute format('revoke all on %s from public, arflow_officer, arflow_reader', part.name);
        execute format('grant select on %s to arflow_officer, arflow_reader', part.name);
    end loop;
    alter function events_refuse() owner to arflow_owner;
end
$$;

-- The log: an officer adds to its end. Nothing in it is changed or removed.
grant insert on events to arflow_officer;
grant update (position, hash) on chain_head to arflow_officer;

-- The words behind a digest, and who recorded: kept as they were. To erase them is for the owner.
grant insert on notes, officers to arflow_officer;

-- The rules in force are read by everybody. To publish, choose or enter one is for the owner.

-- People, papers and mail are kept, corrected and disposed of.
grant select on sequence imported_facts_id_seq to arflow_officer, arflow_reader;
grant usage on sequence imported_facts_id_seq to arflow_officer;
grant insert, update, delete on
    people, imported_facts, documents, holds, dispatches, messages, arrivals, arrival_places, papers
    to arflow_officer;

-- The lists follow the log.
grant insert, update, delete on plans, reviews, due, unreadable, tracking to arflow_officer;
grant update on projection_position to arflow_officer;

commit;
