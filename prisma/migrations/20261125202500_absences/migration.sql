-- CreateTable
CREATE TABLE "Absence" (
    "id" UUID NOT NULL DEFAULT uuidv7(),
    "facilityId" UUID NOT NULL,
    "personId" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "zone" TEXT NOT NULL,
    "hours" JSONB NOT NULL,
    "startsAt" TIMESTAMPTZ(3) NOT NULL,
    "endsAt" TIMESTAMPTZ(3) NOT NULL,
    "notice" TEXT NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'planned',
    "enteredBy" TEXT NOT NULL,
    "enteredAt" TIMESTAMPTZ(3) NOT NULL,
    "askedAt" TIMESTAMPTZ(3),
    "managerToldAt" TIMESTAMPTZ(3),
    "escalatedAt" TIMESTAMPTZ(3),
    "next" JSONB NOT NULL,
    "nextAt" TIMESTAMPTZ(3) NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 1,

    CONSTRAINT "Absence_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "CoverLine" (
    "absenceId" UUID NOT NULL,
    "practitionerId" UUID NOT NULL,
    "choice" TEXT NOT NULL DEFAULT 'ask',
    "coverId" UUID,
    "toldAt" TIMESTAMPTZ(3),
    "acknowledgedAt" TIMESTAMPTZ(3),
    "message" TEXT,
    "messageApprovedAt" TIMESTAMPTZ(3),

    CONSTRAINT "CoverLine_pkey" PRIMARY KEY ("absenceId","practitionerId")
);

-- CreateTable
CREATE TABLE "LineAccess" (
    "id" UUID NOT NULL DEFAULT uuidv7(),
    "facilityId" UUID NOT NULL,
    "practitionerId" UUID NOT NULL,
    "personId" UUID NOT NULL,
    "absenceId" UUID NOT NULL,
    "grantedAt" TIMESTAMPTZ(3) NOT NULL,
    "removedAt" TIMESTAMPTZ(3),

    CONSTRAINT "LineAccess_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Substitute" (
    "id" UUID NOT NULL DEFAULT uuidv7(),
    "facilityId" UUID NOT NULL,
    "personId" UUID NOT NULL,
    "substituteId" UUID NOT NULL,
    "topic" UUID,

    CONSTRAINT "Substitute_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "Absence_personId_startsAt_idx" ON "Absence"("personId", "startsAt");

-- CreateIndex
CREATE INDEX "Absence_facilityId_startsAt_id_idx" ON "Absence"("facilityId", "startsAt", "id");

-- CreateIndex
CREATE INDEX "CoverLine_practitionerId_idx" ON "CoverLine"("practitionerId");

-- CreateIndex
CREATE INDEX "CoverLine_coverId_idx" ON "CoverLine"("coverId");

-- CreateIndex
CREATE INDEX "LineAccess_practitionerId_grantedAt_idx" ON "LineAccess"("practitionerId", "grantedAt");

-- CreateIndex
CREATE INDEX "LineAccess_personId_idx" ON "LineAccess"("personId");

-- CreateIndex
CREATE INDEX "LineAccess_absenceId_idx" ON "LineAccess"("absenceId");

-- CreateIndex
CREATE INDEX "Substitute_facilityId_idx" ON "Substitute"("facilityId");

-- CreateIndex
CREATE INDEX "Substitute_substituteId_idx" ON "Substitute"("substituteId");

-- CreateIndex
CREATE UNIQUE INDEX "Substitute_personId_topic_key" ON "Substitute"("personId", "topic");

-- AddForeignKey
ALTER TABLE "Absence" ADD CONSTRAINT "Absence_personId_fkey" FOREIGN KEY ("personId") REFERENCES "Person"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "CoverLine" ADD CONSTRAINT "CoverLine_absenceId_fkey" FOREIGN KEY ("absenceId") REFERENCES "Absence"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "CoverLine" ADD CONSTRAINT "CoverLine_practitionerId_fkey" FOREIGN KEY ("practitionerId") REFERENCES "Practitioner"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "CoverLine" ADD CONSTRAINT "CoverLine_coverId_fkey" FOREIGN KEY ("coverId") REFERENCES "Person"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "LineAccess" ADD CONSTRAINT "LineAccess_practitionerId_fkey" FOREIGN KEY ("practitionerId") REFERENCES "Practitioner"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "LineAccess" ADD CONSTRAINT "LineAccess_personId_fkey" FOREIGN KEY ("personId") REFERENCES "Person"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Substitute" ADD CONSTRAINT "Substitute_personId_fkey" FOREIGN KEY ("personId") REFERENCES "Person"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Substitute" ADD CONSTRAINT "Substitute_substituteId_fkey" FOREIGN KEY ("substituteId") REFERENCES "Person"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- From here on: what the Prisma schema cannot say.

-- Nobody is away twice at once (P-19).
ALTER TABLE "Absence" ADD CONSTRAINT "Absence_interval" CHECK ("endsAt" > "startsAt");
ALTER TABLE "Absence" ADD CONSTRAINT "Absence_not_twice"
  EXCLUDE USING gist ("personId" WITH =, tstzrange("startsAt", "endsAt") WITH &&) WHERE ("state" IN ('planned', 'running'));

-- One substitute a person and topic, and one for everything else (F-12).
CREATE UNIQUE INDEX "Substitute_for_everything" ON "Substitute" ("personId") WHERE "topic" IS NULL;
