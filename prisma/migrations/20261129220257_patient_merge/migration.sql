-- AlterTable
ALTER TABLE "Patient" ADD COLUMN     "mergedAt" TIMESTAMPTZ(3),
ADD COLUMN     "mergedIntoId" UUID;

-- CreateIndex
CREATE INDEX "Patient_mergedIntoId_idx" ON "Patient"("mergedIntoId");

-- AddForeignKey
ALTER TABLE "Patient" ADD CONSTRAINT "Patient_mergedIntoId_fkey" FOREIGN KEY ("mergedIntoId") REFERENCES "Patient"("id") ON DELETE SET NULL ON UPDATE CASCADE;


-- F-20: what is written about a card that became part of another is written about that one, whoever knew only the old address and
-- however close to the merging it came: KEY SHARE waits for a merging in progress, which holds the row.
CREATE FUNCTION holdfast_follow_merged_patient() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE living uuid;
BEGIN
  SELECT coalesce("mergedIntoId", id) INTO living FROM "Patient" WHERE id = NEW."patientId" FOR KEY SHARE;
  NEW."patientId" := coalesce(living, NEW."patientId");
  RETURN NEW;
END $$;
DO $$
DECLARE name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['Appointment', 'Task', 'WaitlistEntry', 'WaitlistRequest', 'Ticket', 'Clearance', 'Subscription', 'LabOrder',
    'Order', 'TreatmentRequest', 'TreatmentPlan', 'Credit', 'PatientLogin', 'Message', 'ActionLink', 'CourseOfTreatment', 'Opportunity',
    'Conversation', 'PhoneContact', 'Offer', 'RememberedPatient']
  LOOP
    EXECUTE format('CREATE TRIGGER follow_merged_patient BEFORE INSERT ON %I FOR EACH ROW WHEN (NEW."patientId" IS NOT NULL) EXECUTE FUNCTION holdfast_follow_merged_patient()', name);
  END LOOP;
END $$;

-- Credit stands as it was given; to another card it goes only with the card it was given to.
CREATE FUNCTION holdfast_moves_with_its_card() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM "Patient" WHERE id = OLD."patientId" AND "mergedIntoId" = NEW."patientId") THEN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME;
  END IF;
  RETURN NEW;
END $$;
DROP TRIGGER append_only ON "Credit";
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OF "facilityId", "amountMinor", currency, by, at ON "Credit"
  FOR EACH ROW EXECUTE FUNCTION holdfast_append_only();
CREATE TRIGGER moves_with_its_card BEFORE UPDATE OF "patientId" ON "Credit"
  FOR EACH ROW EXECUTE FUNCTION holdfast_moves_with_its_card();

-- Cards that a feed of visits made could not be found by name.
UPDATE "Patient" SET "searchName" = ' ' || lower(regexp_replace("familyName" || ' ' || "givenName", '[^[:alnum:]]+', ' ', 'g'))
  WHERE "searchName" = '' AND "familyName" <> '(erased)';
