-- Tables beside Marten's own. Applied by the owner; {app} is the role the service works as.
-- Rows are only ever inserted. The one update is closing a row: it was superseded, the seal or unit was opened, the doubt was settled.

create table if not exists ledger.entries (
    id uuid primary key,
    sha256 text not null,
    command text not null,
    stream_id uuid not null,
    version bigint not null,
    alarms jsonb not null,
    recorded_at timestamptz not null
);

-- How each batch came to be: registered, or produced by a run, whose number and step stand here too.
create table if not exists ledger.made (
    event_id uuid primary key,
    batch_id uuid not null,
    run_id uuid,
    run_number text,
    step text,
    number text not null,
    material text not null,
    source text,
    role text,
    maker_id uuid not null,
    facility_id uuid not null,
    owner_id uuid not null,
    dry_kilograms numeric not null,
    pieces bigint not null,
    occurred_at timestamptz not null,
    recorded_at timestamptz not null,
    superseded_by uuid,
    superseded_at timestamptz
);
create unique index if not exists made_now on ledger.made (batch_id) include (run_id) where superseded_at is null;
create index if not exists made_by_run on ledger.made (run_id, recorded_at) where run_id is not null;
-- What was registered at a place, to know who has to do with it.
create index if not exists made_at on ledger.made (facility_id) where run_id is null;
create index if not exists made_ever on ledger.made (batch_id, recorded_at);

-- Every signed change of a batch. Those of kind Consumed are the edges of the genealogy, from the run that made the batch to the run that consumed it.
create table if not exists ledger.bookings (
    event_id uuid primary key,
    batch_id uuid not null,
    fact_id uuid not null,
    from_run_id uuid,
    kind text not null,
    facility_id uuid not null,
    owner_id uuid not null,
    dry_kilograms numeric not null,
    pieces bigint not null,
    under_way_dry_kilograms numeric not null,
    under_way_pieces bigint not null,
    disputed_dry_kilograms numeric not null,
    disputed_pieces bigint not null,
    blocked_dry_kilograms numeric not null,
    blocked_pieces bigint not null,
    certified_kilograms numeric not null,
    occurred_at timestamptz not null,
    recorded_at timestamptz not null,
    superseded_by uuid,
    superseded_at timestamptz
);
-- The custody model that a shipment lowered it to, by its place from the strictest, 0, to mass balance, 3.
alter table ledger.bookings add column if not exists kept_as integer;
create index if not exists bookings_of_batch on ledger.bookings (batch_id, recorded_at);
create index if not exists bookings_at_facility on ledger.bookings (facility_id, occurred_at);
create index if not exists bookings_into_run on ledger.bookings (fact_id) include (batch_id, from_run_id, dry_kilograms, pieces)
    where kind = 'Consumed' and superseded_at is null;
create index if not exists bookings_into_run_ever on ledger.bookings (fact_id, recorded_at) where kind = 'Consumed';
create index if not exists bookings_out_of_batch on ledger.bookings (batch_id) include (fact_id, dry_kilograms, pieces)
    where kind = 'Consumed' and superseded_at is null;

-- What came of each shipment, for the sums of lanes.
create index if not exists bookings_received on ledger.bookings (fact_id) where kind in ('Received', 'Resolved') and superseded_at is null;

create index if not exists bookings_out_of_run on ledger.bookings (from_run_id) include (fact_id)
    where kind = 'Consumed' and superseded_at is null and from_run_id is not null;

-- Own numbers of each organisation; codes that are unique in the whole register stand under the zero id.
create table if not exists ledger.numbers (
    organisation_id uuid not null,
    number text not null,
    id uuid not null,
    recorded_at timestamptz not null,
    primary key (organisation_id, number)
);
create index if not exists numbers_search on ledger.numbers (lower(number) text_pattern_ops);
-- Who calls it what: asked for each row of a list.
create index if not exists numbers_of_whom on ledger.numbers (id, organisation_id, recorded_at desc) include (number);
drop index if exists ledger.numbers_of;

-- What else stands on papers, goods and vehicles: seals, units, packages, documents, tickets, contracts, numbers on announced arrivals. Kept for searching.
create table if not exists ledger.marks (
    subject_id uuid not null,
    kind text not null,
    mark text not null,
    recorded_at timestamptz not null,
    primary key (subject_id, kind, mark)
);

-- Who is concerned: registered, made, owns, was sent or carries it.
create table if not exists ledger.parties (
    subject_id uuid not null,
    organisation_id uuid not null,
    kind text not null,
    recorded_at timestamptz not null,
    primary key (subject_id, organisation_id)
);
-- In the very order of lists, so that a page of one costs what stands on it, however long the list is and whatever the statistics say.
create index if not exists parties_in_order on ledger.parties (organisation_id, kind, recorded_at desc, subject_id desc);
drop index if exists ledger.parties_of;

create table if not exists ledger.seals (
    issuer text not null,
    number text not null,
    shipment_id uuid not null,
    recorded_at timestamptz not null,
    closed_at timestamptz,
    primary key (shipment_id, issuer, number)
);
create unique index if not exists seals_open on ledger.seals (issuer, number) where closed_at is null;

create table if not exists ledger.units (
    unit text not null,
    shipment_id uuid not null,
    recorded_at timestamptz not null,
    closed_at timestamptz,
    primary key (shipment_id, unit)
);
create index if not exists units_open on ledger.units (unit) where closed_at is null;

-- Weighings of each organisation's scales: each is used once.
create table if not exists ledger.tickets (
    organisation_id uuid not null,
    scale text not null,
    number text not null,
    fact_id uuid not null,
    recorded_at timestamptz not null,
    primary key (organisation_id, scale, number)
);

-- Shipments that wait for somebody are few among those that are done with.
create index if not exists shipments_open on ledger.mt_doc_shipment (id)
    where data->>'status' in ('UnderWay', 'PartlyReceived', 'Disputed', 'AcceptedUnderReserve');

-- Open runs are few among those that are closed. Without a cast: Weasel, which compares Marten's tables before this is applied to them once more, cannot read an index with one.
create index if not exists runs_unfinished on ledger.mt_doc_processrun (id) where data->>'isOpen' = 'true';

create index if not exists shipments_returning on ledger.mt_doc_shipment ((data->>'returnOf')) where data->>'returnOf' is not null;

create index if not exists hold_requests_of on ledger.mt_doc_holdrequest ((data->>'batchId'));

create table if not exists ledger.serials (
    maker_id uuid not null,
    serial text not null,
    batch_id uuid not null,
    installed_in uuid,
    change text not null,
    fact_id uuid not null,
    recorded_at timestamptz not null,
    superseded_by uuid,
    superseded_at timestamptz
);
create unique index if not exists serials_now on ledger.serials (maker_id, serial) where superseded_at is null;
create index if not exists serials_in on ledger.serials (batch_id, serial) where superseded_at is null;
create index if not exists serials_installed on ledger.serials (installed_in) where installed_in is not null and superseded_at is null;

create table if not exists ledger.alarms (
    event_id uuid not null,
    position int not null,
    fact_id uuid not null,
    organisation_id uuid not null,
    code text not null,
    "values" jsonb not null,
    occurred_at timestamptz not null,
    recorded_at timestamptz not null,
    primary key (event_id, position)
);
create index if not exists alarms_of_fact on ledger.alarms (fact_id);
create index if not exists alarms_of_organisation on ledger.alarms (organisation_id, recorded_at desc);

-- What speaks against a batch or the way it came: alarms of its making and its handovers, disputes, holds.
-- Of a handover the facility says where the goods went. It is rare, so that asking about a thousand batches at once costs next to nothing.
create table if not exists ledger.doubts (
    batch_id uuid not null,
    fact_id uuid not null,
    code text not null,
    facility_id uuid,
    event_id uuid not null,
    occurred_at timestamptz not null,
    recorded_at timestamptz not null,
    closed_at timestamptz,
    primary key (batch_id, fact_id, code)
);
create index if not exists doubts_of_fact on ledger.doubts (fact_id) where closed_at is null;

-- Files that organisations sent for their documents to name. The files themselves lie in a folder, under their hashes.
create table if not exists ledger.files (
    organisation_id uuid not null,
    sha256 text not null,
    bytes bigint not null,
    media_type text not null,
    sent_at timestamptz not null,
    primary key (organisation_id, sha256)
);

-- What each document is about: everybody who sees one of these things sees the document.
create table if not exists ledger.attachments (
    event_id uuid not null,
    document_id uuid not null,
    subject_id uuid not null,
    kind text not null,
    person_id uuid not null,
    recorded_at timestamptz not null,
    superseded_by uuid,
    superseded_at timestamptz,
    primary key (event_id, subject_id)
);
create unique index if not exists attachments_now on ledger.attachments (document_id, subject_id) where superseded_at is null;
create index if not exists attachments_of on ledger.attachments (subject_id, document_id) where superseded_at is null;
create index if not exists documents_in_order on ledger.parties (recorded_at desc, subject_id desc) where kind = 'document';

-- What is claimed of batches since it was worked out again: because an input of their run was analysed or claimed later.
create table if not exists ledger.claims_again (
    batch_id uuid not null,
    custody jsonb not null,
    event_id uuid not null,
    recorded_at timestamptz not null,
    superseded_at timestamptz
);
create unique index if not exists claims_again_now on ledger.claims_again (batch_id) where superseded_at is null;

-- What others than a mine named as an origin.
create table if not exists ledger.declared_places (
    place_id uuid primary key,
    name text not null
);
alter table ledger.declared_places add column if not exists country text;

-- What a batch carries along from everything it came of: by element the share of each origin, where * is every element, for what was dug, bought or recovered is of one origin;
-- the processing steps and where they were done; the carbon footprint of a dry kilogram of it as far as anybody declared it, and how much of it nobody did.
create table if not exists ledger.upstream (
    batch_id uuid not null,
    steps jsonb not null,
    co2e numeric not null,
    primary_co2e numeric not null,
    undeclared numeric not null,
    through_undeclared_steps numeric not null,
    event_id uuid not null,
    recorded_at timestamptz not null,
    superseded_by uuid,
    superseded_at timestamptz
);
alter table ledger.upstream add column if not exists shares jsonb;
create unique index if not exists upstream_now on ledger.upstream (batch_id) where superseded_at is null;
-- Who has to do with something that is said to come from a place.
create index if not exists upstream_declared on ledger.upstream ((shares->'*'->0->>'place'), batch_id) where (shares->'*'->0->>'declared') = 'true';

-- Runs whose shares have to be worked out again, since when.
create table if not exists ledger.shares_due (
    run_id uuid primary key,
    since timestamptz not null
);

-- Ledgers older than this get it filled: shares that a table of their own had, what was dug and recovered at once, what came of runs when they are worked out.
do $$
begin
    if to_regclass('ledger.origin_shares') is not null then
        alter table ledger.origin_shares add column if not exists at_most numeric;
        create temporary table kept on commit drop as
        select batch_id, min(event_id)::uuid as event_id, min(recorded_at) as recorded_at, jsonb_object_agg(element, parts) as shares from (
            select batch_id, element, min(event_id::text) as event_id, min(recorded_at) as recorded_at, jsonb_agg(jsonb_strip_nulls(jsonb_build_object(
                'place', nullif(place_id, '00000000-0000-0000-0000-000000000000'), 'share', share::text, 'atMost', at_most::text, 'declared', case when is_declared then true end))) as parts
            from ledger.origin_shares where superseded_at is null group by batch_id, element
        ) elements group by batch_id;
        update ledger.upstream u set shares = k.shares from kept k where k.batch_id = u.batch_id and u.superseded_at is null and u.shares is null;
        insert into ledger.upstream (batch_id, shares, steps, co2e, primary_co2e, undeclared, through_undeclared_steps, event_id, recorded_at)
        select k.batch_id, k.shares, '[]', 0, 0, 1, 0, k.event_id, k.recorded_at from kept k where not exists (select from ledger.upstream u where u.batch_id = k.batch_id and u.superseded_at is null);
        drop table ledger.origin_shares;
        -- Nothing that a step won again was called recycled yet; these were the steps at the time.
        insert into ledger.shares_due (run_id, since)
        select distinct run_id, now() from ledger.made where superseded_at is null
            and (step in ('scrap-leaching', 'cell-shredding', 'black-mass-refining') or (step in ('motor-dismantling', 'pack-disassembly') and role = 'Scrap'))
        on conflict do nothing;
    end if;
end $$;
insert into ledger.upstream (batch_id, shares, steps, co2e, primary_co2e, undeclared, through_undeclared_steps, event_id, recorded_at)
select m.batch_id, jsonb_build_object('*', jsonb_build_array(case when m.source in ('Extraction', 'Recovery') then jsonb_build_object('place', m.facility_id, 'share', '1') else jsonb_build_object('share', '1') end)),
    '[]', 0, 0, 1, 0, m.event_id, m.recorded_at
from ledger.made m where m.run_id is null and m.superseded_at is null and not exists (select from ledger.upstream u where u.batch_id = m.batch_id and u.superseded_at is null);
insert into ledger.shares_due (run_id, since)
select distinct m.run_id, now() from ledger.made m
where m.run_id is not null and m.superseded_at is null and not exists (select from ledger.upstream u where u.batch_id = m.batch_id and u.superseded_at is null and u.shares is not null)
on conflict do nothing;
update ledger.upstream set shares = '{}' where shares is null;
alter table ledger.upstream alter column shares set not null;

-- What was submitted and refused, kept outside the streams.
create table if not exists ledger.refusals (
    id uuid primary key,
    entry_id uuid not null,
    organisation_id uuid not null,
    person_id uuid not null,
    device text,
    command text not null,
    number text,
    figures jsonb,
    body jsonb not null,
    code text not null,
    "values" jsonb not null,
    field text,
    refused_at timestamptz not null
);
-- Ledgers older than these columns get them here.
alter table ledger.refusals add column if not exists device text, add column if not exists number text, add column if not exists figures jsonb;
create index if not exists refusals_of on ledger.refusals (organisation_id, refused_at desc);
create index if not exists refusals_under_id on ledger.refusals (entry_id, refused_at desc) where figures is not null;
create index if not exists refusals_under_number on ledger.refusals (organisation_id, number, refused_at desc) where figures is not null and number is not null;

-- Keys of systems. A row stays when its key has ended, so that what the system recorded keeps its author.
create table if not exists ledger.keys (
    id uuid primary key,
    system_id uuid not null,
    organisation_id uuid not null,
    name text not null,
    scope text not null,
    sha256 bytea not null,
    made_at timestamptz not null,
    made_by uuid not null,
    expires_at timestamptz not null,
    revoked_at timestamptz,
    revoked_by uuid,
    last_used_at timestamptz
);
create index if not exists keys_in_order on ledger.keys (organisation_id, made_at desc, id desc);
create index if not exists keys_of_system on ledger.keys (system_id);

-- Which person it is that an identity provider knows under its own name for him.
create table if not exists ledger.identities (
    issuer text not null,
    subject text not null,
    person_id uuid not null,
    connected_at timestamptz not null,
    primary key (issuer, subject)
);
create index if not exists identities_of on ledger.identities (person_id);

-- Keys that people's devices keep, each with what its signatures are checked with (WebAuthn).
create table if not exists ledger.passkeys (
    id bytea primary key,
    person_id uuid not null,
    name text not null,
    public_key bytea not null,
    made_at timestamptz not null,
    last_used_at timestamptz,
    signatures bigint not null,
    transports text[] not null,
    verifies_user boolean not null,
    may_be_backed_up boolean not null,
    is_backed_up boolean not null
);
create index if not exists passkeys_of on ledger.passkeys (person_id);

-- Links that let people in. Of what opens them stands here only the hash.
create table if not exists ledger.invitations (
    id uuid primary key,
    sha256 bytea not null unique,
    organisation_id uuid not null,
    name text not null,
    roles jsonb not null,
    made_at timestamptz not null,
    made_by uuid not null,
    -- For whom the inviter acted.
    made_for uuid not null,
    expires_at timestamptz not null,
    withdrawn_at timestamptz,
    withdrawn_by uuid
);
create index if not exists invitations_of on ledger.invitations (organisation_id, made_at desc);

-- Who accepted one; the key lets nobody be second.
create table if not exists ledger.acceptances (
    invitation_id uuid primary key references ledger.invitations (id),
    person_id uuid not null,
    at timestamptz not null
);

-- Who came in and what was done to people and keys, for each organisation it concerns.
create table if not exists ledger.access_log (
    id uuid primary key,
    at timestamptz not null,
    organisation_id uuid not null,
    subject_id uuid not null,
    what text not null,
    by_id uuid,
    key_id uuid,
    address text
);
create index if not exists access_log_in_order on ledger.access_log (organisation_id, at desc, id desc);

-- Who events name as their author: people, and systems by the name of their keys.
create or replace view ledger.authors as
    select id, data->>'name' as name from ledger.mt_doc_person
    union all
    select id, name from ledger.keys where id = system_id;

-- Imports that are worked on in the background. The file goes when it is done.
create table if not exists ledger.imports (
    id uuid primary key,
    organisation_id uuid not null,
    person_id uuid not null,
    device text,
    name text not null,
    settings text not null,
    kind text not null,
    content bytea,
    rows integer not null,
    recorded integer not null default 0,
    already_there integer not null default 0,
    refused integer not null default 0,
    started_at timestamptz not null,
    finished_at timestamptz
);
create index if not exists imports_of on ledger.imports (organisation_id, started_at desc, id desc);

-- How the file was read, what was said before of files like it, and whether rows of it are kept.
alter table ledger.imports add column if not exists found jsonb;
alter table ledger.imports add column if not exists remembered text;
alter table ledger.imports add column if not exists keeps_rows boolean not null default true;
-- What was asked for, how many rows were looked at and are good, and since when all of a file are that goes in whole or not at all.
alter table ledger.imports add column if not exists mode text not null default 'GoodRows';
alter table ledger.imports add column if not exists good integer not null default 0;
alter table ledger.imports add column if not exists rehearsed_at timestamptz;
create index if not exists imports_that_keep on ledger.imports (finished_at) where keeps_rows;

-- Their rows that there is something to say of.
create table if not exists ledger.import_rows (
    import_id uuid not null,
    "row" integer not null,
    outcome jsonb not null,
    primary key (import_id, "row")
);

-- Cells of refused rows as they were sent, for mending them. They and what was told of them go after a while.
create table if not exists ledger.failed_rows (
    import_id uuid not null,
    "row" integer not null,
    cells jsonb not null,
    primary key (import_id, "row")
);

-- What an organisation said about the columns of files with certain headings.
create table if not exists ledger.import_columns (
    id uuid primary key,
    organisation_id uuid not null,
    kind text not null,
    headings_sha256 bytea not null,
    headings text[] not null,
    settings text not null,
    said_by uuid not null,
    said_at timestamptz not null,
    unique (organisation_id, headings_sha256, kind)
);

grant usage on schema ledger to {app};
grant select on all tables in schema ledger to {app};
grant usage on all sequences in schema ledger to {app};
grant execute on all functions in schema ledger to {app};
grant insert on all tables in schema ledger to {app};
grant update on ledger.mt_streams to {app};
grant update (revoked_at, revoked_by, last_used_at) on ledger.keys to {app};
grant delete on ledger.identities to {app};
grant update (name, last_used_at, signatures, verifies_user, is_backed_up), delete on ledger.passkeys to {app};
grant update (withdrawn_at, withdrawn_by) on ledger.invitations to {app};
grant update (superseded_by, superseded_at) on ledger.made, ledger.bookings, ledger.serials, ledger.attachments, ledger.upstream to {app};
grant update (superseded_at) on ledger.claims_again to {app};
grant delete on ledger.shares_due to {app};
grant update (content, recorded, already_there, refused, good, rehearsed_at, finished_at, keeps_rows, found) on ledger.imports to {app};
grant update (settings, said_by, said_at) on ledger.import_columns to {app};
grant delete on ledger.import_rows, ledger.failed_rows, ledger.import_columns to {app};
grant update (closed_at) on ledger.seals, ledger.units, ledger.doubts to {app};
do $$
declare document record;
begin
    for document in select tablename from pg_tables where schemaname = 'ledger' and tablename like 'mt\_doc\_%' loop
        execute format('grant update, delete on ledger.%I to {app}', document.tablename);
    end loop;
end $$;

grant usage on schema messages to {app};
grant select, insert, update, delete on all tables in schema messages to {app};
grant usage on all sequences in schema messages to {app};
grant execute on all functions in schema messages to {app};
