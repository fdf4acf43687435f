-- AlterTable
ALTER TABLE "AuditEvent" ADD COLUMN     "contentHash" TEXT,
ADD COLUMN     "erasedAt" TIMESTAMPTZ(3),
ADD COLUMN     "salt" TEXT;

-- From here on: what the Prisma schema cannot say.

-- F-27: the words of an audit event can be emptied, once, and nothing else of it be changed; the digest of the words stays in the chain.
CREATE FUNCTION holdfast_audit_erasure_only() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE emptied text[] := ARRAY['reason', 'before', 'after', 'salt', 'erasedAt'];
BEGIN
  IF TG_OP = 'UPDATE' AND OLD."erasedAt" IS NULL AND NEW."erasedAt" IS NOT NULL AND OLD."contentHash" IS NOT NULL
     AND NEW.salt IS NULL AND NEW.reason IS NULL AND NEW.before = '{}' AND NEW.after = '{}'
     AND to_jsonb(NEW) - emptied = to_jsonb(OLD) - emptied THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END $$;
DROP TRIGGER append_only ON "AuditEvent";
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON "AuditEvent" FOR EACH ROW EXECUTE FUNCTION holdfast_audit_erasure_only();

-- Of a decision what was said with it, and what of it the answer repeats.
CREATE FUNCTION holdfast_decision_erasure_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND NEW.payload = '{"erased": true}'
     AND NEW.receipt = OLD.receipt || (CASE WHEN OLD.accepted THEN '{"effect": {}}' ELSE '{"facts": {}}' END)::jsonb
     AND to_jsonb(NEW) - ARRAY['payload', 'receipt'] = to_jsonb(OLD) - ARRAY['payload', 'receipt'] THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END $$;
DROP TRIGGER append_only ON "Decision";
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON "Decision" FOR EACH ROW EXECUTE FUNCTION holdfast_decision_erasure_only();

-- What is append-only, but for its texts: each of the columns named may be set to the value named with it, and nothing else be changed.
CREATE FUNCTION holdfast_append_only_but_erasure() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE n int := 0; emptied jsonb := '{}';
BEGIN
  WHILE n < TG_NARGS LOOP
    emptied := emptied || jsonb_build_object(TG_ARGV[n], TG_ARGV[n + 1]::jsonb);
    n := n + 2;
  END LOOP;
  IF TG_OP = 'UPDATE' AND to_jsonb(NEW) = to_jsonb(OLD) || emptied THEN RETURN NEW; END IF;
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END $$;
DROP TRIGGER append_only ON "OpportunityNote";
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON "OpportunityNote" FOR EACH ROW EXECUTE FUNCTION holdfast_append_only_but_erasure('text', '"(erased)"');
DROP TRIGGER append_only ON "CourseOfTreatmentEvent";
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON "CourseOfTreatmentEvent" FOR EACH ROW EXECUTE FUNCTION holdfast_append_only_but_erasure('facts', '{}');
