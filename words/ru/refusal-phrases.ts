/** What is refused, as `domain/errors.ts` writes it, and in Russian; what the front desk meets stands in phrases.ts. */
export const refusalPhrases: readonly (readonly [english: string, russian: string])[] = [
  // requests of programs
  ['This write needs an Idempotency-Key header.', 'Для этой записи нужен заголовок Idempotency-Key.'],
  ['This Idempotency-Key was used before with another request.', 'Этот Idempotency-Key уже использован с другим запросом.'],
  [
    'This edit needs an If-Match header with the version you saw.',
    'Для этого изменения нужен заголовок If-Match с версией, которую вы видели.',
  ],
  ['The time zone must be an IANA name such as Europe/Berlin.', 'Часовой пояс указывается по IANA, например Europe/Berlin.'],
  ['The signature of the webhook is not valid.', 'Подпись вебхука неверна.'],
  ['Say that you mean it: "confirm": true.', 'Подтвердите намерение: "confirm": true.'],
  ['So many at a time are not taken: send them in several calls.', 'Столько сразу не принимается: отправьте в несколько запросов.'],
  ['The message lacks something that is needed, or it cannot be read.', 'В сообщении не хватает нужного, или его невозможно прочитать.'],
  ['The message names somebody or something that is not known here.', 'В сообщении указан кто-то или что-то, чего здесь не знают.'],
  // what cannot stand in a field
  ['The end must lie after the start.', 'Конец должен быть позже начала.'],
  ['The last day is before the first.', 'Последний день раньше первого.'],
  ['A room closes after it opens.', 'Операционная закрывается позже, чем открывается.'],
  ['Give both times, in order, or neither for a closed room.', 'Укажите оба времени по порядку или ни одного, если закрыто.'],
  ['These are too many days at once.', 'Столько дней сразу изменить нельзя.'],
  ['Needed where not every week counts.', 'Нужна, если серия идёт не каждую неделю.'],
  [
    'A report is about so many days at most: choose a later first day.',
    'Отчёт не охватывает столько дней: выберите более поздний первый день.',
  ],
  ['Nothing is ticked: tick at least one.', 'Ничего не отмечено: отметьте хотя бы одно.'],
  // blocks
  ['There is no such block.', 'Такого блока нет.'],
  [
    'The block is settled: nothing of it can be kept or released any more.',
    'С блоком всё решено: оставить или отдать в нём уже ничего нельзя.',
  ],
  ['The block is not active.', 'Блок не действует.'],
  ['A block can be active only when its group has a main contact.', 'Блок действует, только если у его группы есть основной контакт.'],
  ['Another block holds this time in this room.', 'В этой операционной это время занимает другой блок.'],
  [
    'Other blocks hold this time on some of the days: nothing was changed.',
    'В некоторые из дней это время занимают другие блоки: ничего не изменено.',
  ],
  ['The block series has ended.', 'Серия блоков закончилась.'],
  ['This person gets the block alerts of the group already.', 'Этот человек уже получает вопросы о блоках группы.'],
  ['Nothing unbooked is left in the block.', 'Незанятого времени в блоке не осталось.'],
  ['This time is released already.', 'Это время уже отдано.'],
  [
    'It must end after it starts: an end on another day needs its date.',
    'Конец должен быть позже начала: если он в другой день, укажите его дату.',
  ],
  [
    'This surgeon is of another group: only their own group and the facility speak for them.',
    'Этот хирург из другой группы: за него говорят только его группа и учреждение.',
  ],
  ['The time must lie inside the block, in the future and without a case.', 'Время должно быть внутри блока, в будущем и без операции.'],
  ['There is no release to undo.', 'Возвращать нечего.'],
  [
    'The time to undo it yourself is over: the support team can still help.',
    'Самостоятельно вернуть уже нельзя: ещё может помочь служба поддержки.',
  ],
  ['Part of the time is taken by now: only the rest can come back.', 'Часть времени уже занята: вернуться может только остальное.'],
  ['A confidence lies between 0 and 1.', 'Уверенность лежит между 0 и 1.'],
  [
    'The block is another group’s now: only they and the facility decide about it.',
    'Блок теперь у другой группы: решают только она и учреждение.',
  ],
  // blocks that change hands
  ['The facility does not let blocks change hands.', 'В учреждении блоки не передаются.'],
  ['There is no such proposal.', 'Такого предложения нет.'],
  ['This answer is for the other side to give.', 'На это отвечает другая сторона.'],
  ['A block goes to another group than the one that holds it.', 'Блок передаётся другой группе, а не той, у которой он уже есть.'],
  ['This block cannot change hands as a whole any more.', 'Целиком этот блок передать уже нельзя.'],
  ['Another proposal about this block waits for an answer.', 'Другое предложение об этом блоке ещё ждёт ответа.'],
  ['It is too late to hand this block over: nobody could answer in time.', 'Передавать этот блок уже поздно: никто не успеет ответить.'],
  ['The other group has answered already.', 'Другая группа уже ответила.'],
  ['The other group has not accepted yet.', 'Другая группа ещё не согласилась.'],
  ['The proposal is over: nothing of it can be decided any more.', 'Предложение уже не действует: решать по нему нечего.'],
  // holds
  ['There is no such hold.', 'Такой брони нет.'],
  ['The hold has ended: nothing of it can be decided any more.', 'Бронь закончилась: решать по ней уже нечего.'],
  ['The hold was decided already.', 'По этой брони уже есть решение.'],
  [
    'A hold cannot be edited by its requester: delete it, request another, or ask the facility.',
    'Кто запросил бронь, не может её изменить: удалите её, запросите другую или обратитесь в учреждение.',
  ],
  ['Only its requester or the facility can do this to a hold.', 'Это может сделать только тот, кто запросил бронь, или учреждение.'],
  ['Only the facility scheduler decides on a request.', 'По запросу решает только планировщик учреждения.'],
  ['The room is not open for all of this time.', 'Операционная открыта не всё это время.'],
  [
    'A room has one set of hours on a day: two exceptions share a date.',
    'В один день у операционной одни часы: две замены приходятся на одну дату.',
  ],
  ['This time is not open.', 'Это время не свободно.'],
  ['This time lies in your own block: book it there.', 'Это время в вашем собственном блоке: занимайте его там.'],
  [
    'Too little of the time you held was used, so what you may request is limited.',
    'Из забронированного вами времени использовано слишком мало, поэтому ваши запросы ограничены.',
  ],
  ['The case is cancelled already.', 'Операция уже отменена.'],
  ['A vacation begins today or later.', 'Отпуск начинается сегодня или позже.'],
  [
    'It was undone or changed meanwhile: there is nothing to enter any more.',
    'Тем временем это отменили или изменили: вносить больше нечего.',
  ],
  // tasks, visits and offers
  ['There is a task type of this name already.', 'Тип задачи с таким названием уже есть.'],
  ['The standard task types are always there.', 'Стандартные типы задач есть всегда.'],
  ['The date and the number of days do not say the same.', 'Дата и число дней не совпадают.'],
  ['A task of the facility’s own type has nothing to do with booking.', 'Задача своего типа с записью на приём не связана.'],
  ['Nobody of this id works here now.', 'Человека с таким номером здесь сейчас нет.'],
  ['The appointment was cancelled too long ago to be linked.', 'Приём отменён слишком давно, связать с ним нельзя.'],
  ['Something else follows from this cancelled appointment already.', 'С этим отменённым приёмом уже связано другое действие.'],
  ['Only a cancelled appointment of the same patient can be linked.', 'Связать можно только с отменённым приёмом того же пациента.'],
  ['This time is being offered already.', 'Это время уже предлагается.'],
  ['This time is not being offered any more.', 'Это время больше не предлагается.'],
  ['There is no such offer.', 'Такого предложения нет.'],
  ['This time is taken by now.', 'Это время уже занято.'],
  ['The time to answer this offer is over.', 'Время ответить на это предложение прошло.'],
  ['This offer was answered already.', 'На это предложение уже ответили.'],
  ['This template is for another kind of message.', 'Этот шаблон для другого вида сообщений.'],
  [
    'The template names a date or time: choose the appointment that it is about.',
    'В шаблоне есть дата или время: выберите приём, о котором речь.',
  ],
  // opportunities
  ['A course of treatment is opened today or earlier.', 'План лечения открывается сегодня или раньше.'],
  ['Only NHS courses of treatment have a UDA value.', 'Значение UDA бывает только у планов NHS.'],
  ['There is no such opportunity.', 'Такого пациента в списке нет.'],
  [
    'The opportunity has ended: its course of treatment was opened too long ago.',
    'Эта запись завершена: план лечения открыт слишком давно.',
  ],
  ['The opportunity is rejected.', 'Эта запись отклонена.'],
  ['The opportunity is open already.', 'Эта запись уже открыта.'],
  ['A snooze ends on a day after today.', 'Отложить можно только на день после сегодняшнего.'],
  ['The course of treatment has no such planned visit.', 'В плане лечения нет такого запланированного приёма.'],
  [
    'It can be assigned only to somebody here who may contact patients.',
    'Назначить можно только сотруднику, которому разрешено связываться с пациентами.',
  ],
  // conversations and clearances
  ['The visit is over or has begun: there is nobody to clear for it.', 'Приём уже начался или прошёл: оформлять допуск не на что.'],
  ['A later version of the list is in force already.', 'Уже действует более поздняя версия списка.'],
  ['This person does not work here as a care coordinator.', 'Этот человек не работает здесь координатором.'],
  [
    'A provider who does not use the records system has no care coordinator.',
    'У врача, который не пользуется системой записей, координатора нет.',
  ],
  [
    'Something of this patient’s is still open: their data is needed for it.',
    'У этого пациента ещё есть незавершённое: для него нужны данные.',
  ],
  // tickets
  ['A ticket is due in the future.', 'Срок обращения лежит в будущем.'],
  [
    'Care coordinators support a business and do not grow it: that is its provider’s own.',
    'Координаторы поддерживают практику, а не расширяют её: это дело самого врача.',
  ],
  [
    'Only the lead or a manager gives tickets to others; anybody of the team can take one.',
    'Передаёт обращения другим только руководитель или управляющий; взять может любой из команды.',
  ],
  ['Only a person can take a ticket: name them in onBehalfOf.', 'Взять обращение может только человек: укажите его в onBehalfOf.'],
  // patients' accounts
  ['This patient has no such treatment request.', 'У этого пациента нет такого запроса на лечение.'],
  ['A plan is written for an approved treatment request only.', 'План составляется только по одобренному запросу на лечение.'],
  [
    'The lab order is not cancelled yet: with a new one wanted, the previous one goes first.',
    'Заказ анализов ещё не отменён: если нужен новый, сначала отменяется прежний.',
  ],
  [
    'A new lab order is wanted and none stands in the place of the cancelled one.',
    'Нужен новый заказ анализов, а вместо отменённого ничего нет.',
  ],
  // absences
  ['These substitutes would stand in for each other in a circle.', 'Эти заместители замещали бы друг друга по кругу.'],
];
