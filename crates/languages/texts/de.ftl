# Deutsch.

language = Deutsch
direction = ltr
instant = { $day }. { $month ->
    [1] Januar
    [2] Februar
    [3] März
    [4] April
    [5] Mai
    [6] Juni
    [7] Juli
    [8] August
    [9] September
    [10] Oktober
    [11] November
   *[12] Dezember
    } { $year }, { $time } Uhr UTC

skip = Zum Inhalt
sign-in = Anmeldung
sign-out = Abmelden
sign-in-again = Erneut anmelden
sign-in-to = Bei { $organization } anmelden
by-service = Anmeldung durch Vestibule

home = Hier melden sich Menschen an
    .lead = Jede Organisation hat ihren eigenen Anmeldelink. Nutzen Sie den Link Ihrer Organisation, oder öffnen Sie Ihre Anwendung: Sie führt Sie hierher, wenn eine Anmeldung nötig ist.
    .help = Sie haben keinen Link? Fragen Sie die Administration Ihrer Organisation.

choose = Anmelden
    .lead = Wie möchten Sie sich anmelden?
    .help = Nicht sicher? Wählen Sie den Weg, auf dem Sie sich auch sonst bei der Arbeit anmelden.

sending = Einen Moment
    .heading = Einen Moment …
    .lead = Sie werden zu Ihrem Identitätsanbieter weitergeleitet. Wenn nichts geschieht, nutzen Sie die Schaltfläche.
    .action = Weiter

help = Wenn Sie Hilfe brauchen
    .ask = Ansprechperson
    .email = E-Mail
    .phone = Telefon
    .tell-contact = Nennen Sie dort diese Referenz, unter der sich der Vorgang finden lässt:
    .tell-administrator = Nennen Sie Ihrer Administration diese Referenz, unter der sich der Vorgang finden lässt:
    .code = Code:

link = Konto bestätigen
    .heading = Ist das Ihr Konto?
    .lead = Jemand hat sich bei { $organization } über den Identitätsanbieter Ihrer Organisation mit der unten stehenden Adresse angemeldet. Wenn Sie das waren, bestätigen Sie es: Von da an melden Sie sich auf diesem Weg bei diesem Konto an.
    .action = Ja, das war ich
    .not-you = Das waren nicht Sie? Schließen Sie diese Seite: Es geschieht nichts, und der Link gilt nur bis { $expires }. Sagen Sie Ihrer Administration Bescheid, wenn es wieder vorkommt.
linked = Bestätigt
    .heading = Das Konto gehört Ihnen
    .lead = Melden Sie sich noch einmal an. Von nun an geht es ohne diesen Schritt.

signed-out = Abgemeldet
    .heading = Sie sind abgemeldet
    .action = Erneut bei { $organization } anmelden
    .ended = Sie sind auch bei Ihrem Identitätsanbieter abgemeldet.
    .partly = Sie sind auch bei Ihrem Identitätsanbieter abgemeldet, aber nicht bei allen Anwendungen. Schließen Sie den Browser, wenn andere diesen Computer nutzen.
    .failed = Ihr Identitätsanbieter hat Sie nicht abgemeldet. Wenn andere diesen Computer nutzen, melden Sie sich dort ab und schließen Sie den Browser.
    .alone = Bei Ihrem Identitätsanbieter sind Sie vielleicht noch angemeldet. Wenn andere diesen Computer nutzen, melden Sie sich auch dort ab und schließen Sie den Browser.

signed-in = Angemeldet
    .heading = Sie sind angemeldet, { $name }
    .organization = Organisation
    .through = Angemeldet über
    .until = Angemeldet bis
    .none = keine Angabe
    .changes = Was sich geändert hat
    .from = von
    .to = zu
    .nothing = nichts
    .warnings = Nicht übernommen
    .warned = Was Ihr Identitätsanbieter gesendet hat, ist hier nicht gültig. Es blieb, wie es war.
    .why = Warum Ihr Konto so aussieht
    .why-lead = Die Regeln Ihrer Organisation haben dies am { $at } aus dem entschieden, was Ihr Identitätsanbieter gesendet hat.
    .as-it-was = wie zuvor
    .no-value = kein Wert
    .attribute = Gesuchtes Attribut
    .arrived = Was ankam
    .rule = Regel:
    .reference = Wenn etwas nicht stimmt, nennen Sie Ihrer Administration diese Referenz:
outcome-created = Neues Konto
    .happened = Ihr Konto wurde bei dieser Anmeldung angelegt.
    .welcomed = Eine Begrüßungsmail ist unterwegs zu Ihnen.
outcome-updated = Aktualisiert
    .happened = Ihr Konto wurde bei dieser Anmeldung auf den neuesten Stand gebracht.
outcome-unchanged = Angemeldet
    .happened = Ihr Konto ist so wie zuvor.
outcome-refused = Abgelehnt
    .happened = Diese Anmeldung wurde abgelehnt.

topic-identity = Wer Sie sind
topic-registration = Registrierung
topic-first_name = Vorname
topic-last_name = Nachname
topic-email = E-Mail-Adresse
topic-location = Standort
topic-user_type = Benutzertyp
topic-role = Rolle
topic-assignments = Benutzertyp und Rolle

why-match_identity = Sie wurden an dem Namen erkannt, unter dem Ihr Identitätsanbieter Sie kennt.
why-match_email = Sie wurden an Ihrer E-Mail-Adresse erkannt.
why-match_near_miss = Der Name, unter dem Sie bekannt sind, ist beinahe der einer anderen Person.
why-match_bound_elsewhere = Ihre Adresse gehört zu einem Konto mit einer anderen Identität.
why-match_none = Niemand wurde erkannt, also sind Sie neu hier.
why-match_deactivated = Das Konto ist ausgeschaltet.
why-match_unusable_name_id = An einem solchen Namen lässt sich niemand erkennen.
why-email_domain = Nur Adressen bestimmter Domains dürfen sich anmelden.
why-registration = Konten werden hier nicht automatisch angelegt.
why-required_name = Ein neues Konto braucht einen Namen.
why-required_email = Ein neues Konto braucht eine E-Mail-Adresse.
why-mapped_attribute = Ihr Identitätsanbieter hat es gesendet.
why-default_value = Ihr Identitätsanbieter hat nichts gesendet, also gilt die Vorgabe der Organisation.
why-role_of_type = Ein Benutzertyp wurde ohne Rolle gesendet, also gilt die Rolle, die dazu gehört.
why-pair_in_catalog = Der Katalog der Organisation enthält diesen Benutzertyp mit dieser Rolle.
why-invalid_value = Was gesendet wurde, ist kein gültiger Wert.
why-privileged_pair = Diese Rolle wird nur vergeben, wo das ausdrücklich erlaubt ist.
why-welcome = Ein neues Konto wird mit einer E-Mail begrüßt.
why-keep_current = Ihr Identitätsanbieter hat nichts gesendet, also blieb es, wie es war.
why-email_change = Ihr Identitätsanbieter hat eine andere Adresse gesendet.
why-add_assignment = Ihr Identitätsanbieter hat einen Benutzertyp gesendet, den Sie noch nicht hatten; er wurde hinzugefügt.
why-change_role = Ihr Identitätsanbieter hat für diesen Benutzertyp eine andere Rolle gesendet.
why-same_assignment = Sie hatten schon, was Ihr Identitätsanbieter gesendet hat.
why-incomplete_pair = Benutzertyp und Rolle werden beide gebraucht; nur eines wurde gesendet, also änderte sich nichts.
why-never_removed = Eine Anmeldung nimmt nie etwas weg.
why-settings = Diese Regel betrifft Einstellungen, keine Anmeldungen.

note-multiple_values = { $count } verschiedene Werte kamen an, und nichts sagt, welcher davon gilt.
note-not_in_catalog = Der Wert steht nicht im Katalog der Organisation; auf Groß- und Kleinschreibung kommt es an.
note-looks_like_an_id = Der Wert steht nicht im Katalog der Organisation; er sieht wie eine Kennung aus, gebraucht wird aber der Name des Standorts.
note-unfit = Der Wert hat nicht die nötige Form.
note-near_miss = Ein Attribut namens „{ $arrived }“ kam an, das beinahe, aber nicht ganz das gesuchte ist.
note-address_taken = Eine andere Person der Organisation hat diese Adresse.
note-name_id_near_miss = Jemand ist unter einem Namen bekannt, der sich nur in Groß- und Kleinschreibung oder in Leerzeichen unterscheidet.
note-not_a_role_of_the_type = Die Rolle ist keine der Rollen dieses Benutzertyps.
note-role_missing = Ein Benutzertyp wurde ohne Rolle gesendet, und es ist nicht klar, welche seiner Rollen gemeint ist.
note-user_type_missing = Eine Rolle wurde ohne Benutzertyp gesendet, und beide werden gebraucht.
note-pair_missing = Benutzertyp und Rolle wurden nicht gesendet, und es gibt keine Vorgabe dafür.
note-only_role = Der Benutzertyp hat nur diese Rolle, also gilt sie als gesendet.
note-privileged_not_allowed = Die Rolle gibt besondere Rechte und darf so nicht vergeben werden.
note-privileged_filled_in = Die Rolle gibt besondere Rechte, also müssen Benutzertyp und Rolle beide gesendet werden.
note-registration_off = Konten werden hier nicht automatisch angelegt.
note-jit_not_enabled = Für diese Organisation werden Konten nicht automatisch angelegt.
note-address_from_name_id = Der Name, unter dem Ihr Identitätsanbieter Sie kennt, dient als E-Mail-Adresse.
note-link_mailed = Jemand hat diese Adresse; dorthin wurde ein Link gesendet.
note-linking_off = Jemand hat diese Adresse, und Konten werden hier nicht über die Adresse verknüpft.
note-letter_case_only = Nur Groß- und Kleinschreibung unterscheiden sich von der gespeicherten Adresse; das ist keine Änderung.

refused-malformed_response = Die Anmeldung hat nicht geklappt
    .happened = Was Ihr Identitätsanbieter gesendet hat, war nicht lesbar.
    .advice = Versuchen Sie es noch einmal. Wenn es wieder geschieht, sagen Sie Ihrer Administration Bescheid.
refused-untrusted_signature = Die Anmeldung hat nicht geklappt
    .happened = Was Ihr Identitätsanbieter gesendet hat, ist nicht mit einem Schlüssel unterschrieben, dem diese Organisation vertraut.
    .advice = Das liegt daran, wie die Anmeldung eingerichtet ist. Bitten Sie Ihre Administration, es sich anzusehen.
refused-unsupported_response = Die Anmeldung hat nicht geklappt
    .happened = Ihr Identitätsanbieter hat eine Antwort gesendet, wie sie hier nicht angenommen wird.
    .advice = Das liegt daran, wie die Anmeldung eingerichtet ist. Bitten Sie Ihre Administration, es sich anzusehen.
refused-response_expired = Diese Anmeldung hat zu lange gedauert
    .happened = Die Antwort Ihres Identitätsanbieters war abgelaufen, als sie ankam.
    .advice = Melden Sie sich erneut an. Wenn es gleich wieder geschieht, sagen Sie Ihrer Administration Bescheid: Vielleicht geht eine Uhr falsch.
refused-response_not_yet_valid = Die Anmeldung hat nicht geklappt
    .happened = Die Antwort Ihres Identitätsanbieters gilt noch nicht.
    .advice = Versuchen Sie es in ein paar Minuten noch einmal. Wenn es wieder geschieht, sagen Sie Ihrer Administration Bescheid: Vielleicht geht eine Uhr falsch.
refused-wrong_audience = Die Anmeldung hat nicht geklappt
    .happened = Die Antwort Ihres Identitätsanbieters war für einen anderen Dienst bestimmt.
    .advice = Das liegt daran, wie die Anmeldung eingerichtet ist. Bitten Sie Ihre Administration, es sich anzusehen.
refused-wrong_recipient = Die Anmeldung hat nicht geklappt
    .happened = Die Antwort Ihres Identitätsanbieters war für einen anderen Dienst bestimmt.
    .advice = Das liegt daran, wie die Anmeldung eingerichtet ist. Bitten Sie Ihre Administration, es sich anzusehen.
refused-wrong_destination = Die Anmeldung hat nicht geklappt
    .happened = Die Antwort Ihres Identitätsanbieters war für einen anderen Dienst bestimmt.
    .advice = Das liegt daran, wie die Anmeldung eingerichtet ist. Bitten Sie Ihre Administration, es sich anzusehen.
refused-wrong_issuer = Die Anmeldung hat nicht geklappt
    .happened = Die Antwort kam von einem Identitätsanbieter, den diese Organisation nicht nutzt.
    .advice = Das liegt daran, wie die Anmeldung eingerichtet ist. Bitten Sie Ihre Administration, es sich anzusehen.
refused-unsolicited_response = Bitte beginnen Sie hier
    .happened = Diese Organisation möchte, dass Anmeldungen auf dieser Seite beginnen und nicht beim Identitätsanbieter.
    .advice = Nutzen Sie die Schaltfläche unten.
refused-unknown_request = Diese Anmeldung ist vorbei
    .happened = Sie wurde vor zu langer Zeit oder in einem anderen Browser begonnen, oder sie ist schon abgeschlossen.
    .advice = Melden Sie sich in diesem Browser erneut an. Cookies müssen für diese Seite erlaubt sein.
refused-replayed_response = Diese Anmeldung wurde schon benutzt
    .happened = Jede Anmeldung gilt einmal. Wer im Browser zurückgeht oder neu lädt, sendet dieselbe noch einmal.
    .advice = Melden Sie sich erneut an.
refused-identity_provider_error = Ihr Identitätsanbieter hat Sie nicht angemeldet
    .happened = Er sagt selbst, dass die Anmeldung fehlgeschlagen ist oder abgebrochen wurde.
    .advice = Versuchen Sie es noch einmal. Wenn es wieder geschieht, fragen Sie die Stelle, die Ihren Identitätsanbieter betreibt.
refused-connection_disabled = Die Anmeldung ist ausgeschaltet
    .happened = Dieser Weg der Anmeldung ist zurzeit ausgeschaltet.
    .advice = Fragen Sie Ihre Administration.
refused-registration_disabled = Sie haben noch keinen Zugang
    .happened = Ihr Identitätsanbieter kennt Sie, aber hier gibt es kein Konto für Sie, und Konten werden nicht automatisch angelegt.
    .advice = Bitten Sie Ihre Administration um ein Konto.
refused-missing_required_attribute = Sie haben noch keinen Zugang
    .happened = Ihr Identitätsanbieter hat keinen brauchbaren Namen gesendet, und ein Konto braucht einen.
    .advice = Das liegt daran, wie die Anmeldung eingerichtet ist. Bitten Sie Ihre Administration, es sich anzusehen.
refused-missing_email = Sie haben noch keinen Zugang
    .happened = Ihr Identitätsanbieter hat keine brauchbare E-Mail-Adresse gesendet, und ein Konto braucht eine.
    .advice = Das liegt daran, wie die Anmeldung eingerichtet ist. Bitten Sie Ihre Administration, es sich anzusehen.
refused-invalid_user_type_or_role = Sie haben noch keinen Zugang
    .happened = Ihr Identitätsanbieter hat keinen Benutzertyp mit Rolle gesendet, die hier vergeben werden dürfen.
    .advice = Das liegt daran, wie die Anmeldung eingerichtet ist. Bitten Sie Ihre Administration, es sich anzusehen.
refused-email_in_use = Ihr Konto ließ sich nicht zuordnen
    .happened = Die E-Mail-Adresse, die Ihr Identitätsanbieter gesendet hat, kann für Ihr Konto nicht verwendet werden.
    .advice = Bitten Sie Ihre Administration, es sich anzusehen.
refused-email_domain_not_allowed = Sie haben noch keinen Zugang
    .happened = Mit Adressen wie Ihrer ist hier keine Anmeldung möglich.
    .advice = Melden Sie sich mit Ihrer Adresse bei dieser Organisation an, oder fragen Sie Ihre Administration.
refused-user_deactivated = Ihr Konto ist ausgeschaltet
    .happened = Sie können sich zurzeit nicht damit anmelden.
    .advice = Wenn Sie das für einen Irrtum halten, fragen Sie Ihre Administration.
refused-ambiguous_match = Ihr Konto ließ sich nicht zuordnen
    .happened = Der Name, unter dem Ihr Identitätsanbieter Sie kennt, ist beinahe, aber nicht ganz einer, der hier bekannt ist.
    .advice = Das liegt daran, wie die Anmeldung eingerichtet ist. Bitten Sie Ihre Administration, es sich anzusehen.
refused-unknown_location = Sie haben noch keinen Zugang
    .happened = Ihr Identitätsanbieter hat einen Standort gesendet, den diese Organisation nicht kennt.
    .advice = Das liegt daran, wie die Anmeldung eingerichtet ist. Bitten Sie Ihre Administration, es sich anzusehen.
refused-link_verification_sent = Sehen Sie in Ihr Postfach
    .happened = Vielleicht haben Sie schon ein Konto. Um sicherzugehen, dass es Ihres ist, wurde eine E-Mail mit einem Link an seine Adresse gesendet.
    .advice = Öffnen Sie den Link, und melden Sie sich dann erneut an. Er gilt einmal, 24 Stunden lang.

failed-organization_not_found = Diese Organisation gibt es nicht
    .happened = Vielleicht ist die Adresse falsch geschrieben, oder die Organisation hat jetzt eine andere.
    .advice = Prüfen Sie den Link, den Sie bekommen haben.
failed-connection_not_found = Diesen Weg der Anmeldung gibt es nicht
    .happened = Die Organisation hat keine Verbindung dieses Namens.
    .advice = Nutzen Sie die Schaltfläche unten, oder prüfen Sie den Link, den Sie bekommen haben.
failed-sso_not_configured = Die Anmeldung ist noch nicht eingerichtet
    .happened = Diese Organisation hat keinen Identitätsanbieter, der gefragt werden kann.
    .advice = Fragen Sie Ihre Administration.
failed-return_to_not_allowed = Dieser Link führt woandershin
    .happened = Nach der Anmeldung würde er Sie an einen Ort schicken, den diese Organisation nicht aufgeführt hat.
    .advice = Nutzen Sie die Schaltfläche unten, oder gehen Sie zu Ihrer Anwendung und beginnen Sie dort.
failed-link_expired = Dieser Link gilt nicht mehr
    .happened = Er wurde schon benutzt oder ist älter als 24 Stunden.
    .advice = Melden Sie sich erneut an: Wenn nötig, wird eine neue E-Mail gesendet.
failed-untrusted_logout = Sie sind vielleicht noch angemeldet
    .happened = Eine Nachricht, die Sie abmelden sollte, hat Ihr Identitätsanbieter nicht gerade eben für diesen Dienst unterschrieben.
    .advice = Melden Sie sich in Ihrer Anwendung selbst ab, und schließen Sie den Browser, wenn andere diesen Computer nutzen.
failed-response_too_large = Die Anmeldung hat nicht geklappt
    .happened = Ihr Identitätsanbieter hat mehr gesendet, als angenommen werden kann.
    .advice = Fragen Sie Ihre Administration: Oft werden zu viele Gruppen mitgesendet.
failed-unsupported_media_type = Die Anmeldung hat nicht geklappt
    .happened = Was ankam, ist nicht das Formular, das ein Identitätsanbieter sendet.
    .advice = Gehen Sie dorthin zurück, wo Sie begonnen haben, und versuchen Sie es noch einmal.
failed-too_many_requests = Bitte warten Sie einen Moment
    .happened = Aus Ihrem Netz kamen in kurzer Zeit zu viele Versuche.
    .advice = Versuchen Sie es in einer Minute noch einmal.
failed-temporarily_unavailable = Wir sind gleich wieder da
    .happened = Der Dienst kann gerade nicht antworten. Nichts von Ihnen wurde geändert.
    .advice = Warten Sie einen Moment, und versuchen Sie es noch einmal.
failed-cross_site_request = Das kam nicht von hier
    .happened = Eine andere Website wollte diese Seite benutzen, also wurde nichts getan.
    .advice = Gehen Sie zu der Seite zurück, auf der Sie waren, und versuchen Sie es noch einmal.
failed-not_found = Hier ist nichts
    .happened = Vielleicht ist die Adresse falsch geschrieben, oder die Seite ist umgezogen.
    .advice = Nutzen Sie den Anmeldelink, den Ihre Organisation Ihnen gegeben hat.
failed-otherwise = Etwas ist schiefgegangen
    .happened = Das lag am Dienst, nicht an Ihnen. Es wurde vermerkt.
    .advice = Versuchen Sie es gleich noch einmal. Wenn es wieder geschieht, sagen Sie Ihrer Administration Bescheid.

mail-hello = Guten Tag { $name },
mail-by-hand = Wenn die Schaltfläche nicht funktioniert, öffnen Sie diese Adresse:
mail-no-answer = Eine Antwort ist nicht nötig, und niemand liest Antworten darauf.
mail-to-contact = { $organization } hat diese E-Mail an die technische Ansprechperson der Verbindung gesendet.
mail-what-to-do = Was zu tun ist
mail-certificate = Zertifikat
    .added = Neues Zertifikat
    .removed = Zertifikat, das wegfällt
    .ends = Läuft ab: { $at }

mail-welcome = Willkommen, { $name }
    .subject = Ihr Konto bei { $organization } ist bereit
    .preview = Sie melden sich mit dem Konto an, das Sie in Ihrer Organisation schon nutzen.
    .happened = Bei { $organization } wurde ein Konto für Sie angelegt. Mehr ist nicht einzurichten.
    .password = Sie brauchen kein neues Passwort: Sie melden sich mit dem Konto an, das Sie in Ihrer Organisation schon nutzen.
    .action = Anmelden
    .open = Melden Sie sich an, wann immer Sie möchten:
    .not-you = Sie haben kein Konto erwartet? Dann sagen Sie bitte der Person Bescheid, die in Ihrer Organisation die Konten betreut: Jemand anderes nutzt vielleicht Ihres.
    .why = { $organization } hat Ihnen diese E-Mail gesendet, weil mit dieser Adresse ein Konto angelegt wurde.

mail-link = Waren Sie das, { $name }?
    .subject = Waren Sie das? Bestätigen Sie Ihre Anmeldung bei { $organization }
    .preview = Jemand hat sich mit Ihrer Adresse angemeldet. Es geschieht nichts, bevor Sie es bestätigen.
    .happened = Jemand hat sich bei { $organization } über „{ $connection }“ mit dieser E-Mail-Adresse angemeldet. Zu dieser Adresse haben Sie schon ein Konto; sagen Sie uns bitte, ob Sie das waren.
    .if-you = Sie waren es? Öffnen Sie die Seite und drücken Sie „{ link.action }“. Es geschieht nichts, bevor Sie diese Schaltfläche drücken. Von da an melden Sie sich über „{ $connection }“ bei Ihrem Konto an.
    .action = Seite öffnen
    .until = Der Link funktioniert einmal, bis { $at }, das sind { $hours ->
        [one] 1 Stunde
       *[other] { $hours } Stunden
        } nach der Anmeldung. Ist er abgelaufen, melden Sie sich erneut an und erhalten einen neuen.
    .not-you = Sie waren es nicht? Dann drücken Sie die Schaltfläche nicht. Ohne sie kommt niemand in Ihr Konto, und der Link verliert von selbst seine Gültigkeit. Sagen Sie bitte der Person Bescheid, die in Ihrer Organisation die Konten betreut.
    .why = { $organization } hat Ihnen diese E-Mail wegen einer Anmeldung mit dieser Adresse gesendet. Leiten Sie sie nicht weiter: Der Link ist nur für Sie bestimmt.

mail-moved = Ihre E-Mail-Adresse hat sich geändert
    .subject = Die E-Mail-Adresse Ihres Kontos bei { $organization } hat sich geändert
    .preview = E-Mails zu Ihrem Konto gehen von nun an an Ihre neue Adresse.
    .happened = Diese E-Mail-Adresse gehört nicht mehr zu Ihrem Konto bei { $organization }. Ihre Organisation hat uns bei Ihrer Anmeldung eine neue Adresse mitgeteilt, die an die Stelle dieser getreten ist.
    .from-now-on = Sie melden sich an wie bisher. E-Mails zu Ihrem Konto gehen von nun an an die neue Adresse. Wenn Sie davon wussten, ist nichts zu tun.
    .not-you = Sie haben das nicht erwartet? Dann sagen Sie bitte der Person Bescheid, die in Ihrer Organisation die Konten betreut. Sie kann die Anmeldung nachsehen und die Adresse berichtigen.
    .why = { $organization } hat diese E-Mail an Ihre alte Adresse gesendet, damit die Änderung nicht unbemerkt bleibt.

mail-ends = Ein Zertifikat läuft in { $days ->
        [one] 1 Tag
       *[other] { $days } Tagen
        } ab
    .subject = Ein Signaturzertifikat von „{ $connection }“ läuft in { $days ->
        [one] 1 Tag
       *[other] { $days } Tagen
        } ab
    .preview = Es läuft am { $at } ab.
    .happened = Ein Signaturzertifikat des Identitätsanbieters hinter der Verbindung „{ $connection }“ ({ $key }) von { $organization } läuft am { $at } ab:
    .advice = Sehen Sie beim Identitätsanbieter nach, ob er schon ein neues Zertifikat hat, oder erstellen Sie dort eines. Werden seine Metadaten von einer Adresse abgerufen, kommt das neue von selbst an und wartet auf Ihre Freigabe, außer der Adresse wird vertraut. Andernfalls speichern Sie die neuen Metadaten bei dieser Verbindung, bevor der Identitätsanbieter mit dem neuen Schlüssel zu signieren beginnt. Beide Zertifikate dürfen zugleich hinterlegt sein.
    .otherwise = Hier wird wegen eines abgelaufenen Zertifikats keine Anmeldung abgelehnt. Viele Identitätsanbieter wechseln aber an diesem Tag ihren Schlüssel, und mit einem Schlüssel, der hier nicht bekannt ist, kann sich niemand anmelden.
    .when = Sie wird 60, 30, 14, 7 Tage und 1 Tag vor dem Ablauf gesendet.

mail-approve = Eine Änderung wartet auf Ihre Freigabe
    .subject = Bitte freigeben: Die Metadaten von „{ $connection }“ haben sich geändert
    .preview = Bis Sie die Änderung freigeben, gilt für Anmeldungen der zuletzt freigegebene Stand.
    .happened = Der Identitätsanbieter hinter der Verbindung „{ $connection }“ ({ $key }) von { $organization } beschreibt sich anders als zuvor. Bis Sie die Änderung freigeben, gilt für Anmeldungen der zuletzt freigegebene Stand.
    .endpoints = Auch die Adressen, an denen man sich anmeldet, ändern sich.
    .advice = Vergleichen Sie die Fingerabdrücke mit denen, die die Verwaltung des Identitätsanbieters selbst anzeigt. Geben Sie die Änderung dann im Admin Portal oder über die Administrations-API frei, oder lehnen Sie sie ab. Wenn Sie keine Änderung erwarten, fragen Sie zuerst diejenigen, die den Identitätsanbieter betreiben.
    .otherwise = Eine Änderung, die nicht freigegeben wird, kann alle aussperren, sobald der Identitätsanbieter mit einem neuen Schlüssel signiert.

mail-stale = Metadaten lassen sich nicht abrufen
    .subject = Die Metadaten von „{ $connection }“ lassen sich nicht abrufen
    .preview = Für Anmeldungen gilt der zuletzt abgerufene Stand.
    .happened = Seit { $at } lassen sich die Metadaten des Identitätsanbieters hinter der Verbindung „{ $connection }“ ({ $key }) von { $organization } nicht mehr von ihrer Adresse abrufen:
    .message = Die Meldung auf Englisch:
    .advice = Öffnen Sie die Adresse der Metadaten und sehen Sie nach, ob sie mit Metadaten antwortet. Wenn der Identitätsanbieter umgezogen ist, speichern Sie seine neue Adresse bei dieser Verbindung.
    .otherwise = Für Anmeldungen gilt der zuletzt abgerufene Stand. Bekommt der Identitätsanbieter inzwischen einen neuen Schlüssel, erfährt dieser Dienst nichts davon.
    .when = Sie wird für diesen Fehler einmal gesendet; der Abruf wird mehrmals am Tag wiederholt.

mail-password = Wählen Sie ein neues Passwort
    .subject = Wählen Sie ein neues Passwort für das Verwaltungsportal von { $organization }
    .preview = Jemand hat es mit Ihrer Adresse verlangt. Es ändert sich nichts, bevor Sie eines wählen.
    .happened = Jemand, wahrscheinlich Sie selbst, hat angegeben, dass das Passwort Ihres Administratorkontos bei { $organization } verloren ist.
    .action = Neues Passwort wählen
    .until = Der Link funktioniert einmal, bis { $at }. Mit dem neuen Passwort werden Sie überall abgemeldet und melden sich dann wieder an.
    .not-you = Sie waren das nicht? Dann tun Sie nichts: Ihr Passwort bleibt, wie es ist, und der Link verliert von selbst seine Gültigkeit.
    .why = { $organization } hat Ihnen diese E-Mail gesendet, weil jemand sie mit dieser Adresse verlangt hat. Leiten Sie sie nicht weiter: Der Link ist nur für Sie bestimmt.

mail-invitation = Sie sind in das Verwaltungsportal eingeladen
    .subject = { $by } lädt Sie ein, { $organization } zu verwalten
    .preview = Nehmen Sie die Einladung an, indem Sie ein Passwort wählen.
    .happened = { $by } lädt Sie ein, { $organization } zu verwalten. Sie nehmen an, indem Sie ein Passwort wählen. Von da an melden Sie sich mit dieser E-Mail-Adresse an.
    .action = Passwort wählen
    .until = Der Link funktioniert einmal, bis { $at }. Wenn er abgelaufen ist, bitten Sie um einen neuen.
    .not-you = Sie erwarten keine Einladung? Dann tun Sie nichts: Der Link verliert von selbst seine Gültigkeit.
    .why = { $organization } hat Ihnen diese E-Mail gesendet, weil Sie mit dieser Adresse eingeladen sind. Leiten Sie sie nicht weiter: Der Link ist nur für Sie bestimmt.

mail-setup = Single Sign-on einrichten
    .subject = Richten Sie Single Sign-on für { $organization } ein
    .preview = Ein Link zu der Seite, auf der Sie Ihren Identitätsanbieter verbinden.
    .happened = { $by } bittet Sie, Ihren Identitätsanbieter mit { $organization } zu verbinden. Der Link öffnet die Seite dafür und nichts anderes. Sie brauchen kein Passwort.
    .action = Seite öffnen
    .until = Der Link funktioniert, so oft Sie ihn brauchen, bis { $at }, sofern er nicht vorher widerrufen wird.
    .not-you = Sie betreuen den Identitätsanbieter nicht? Dann tun Sie nichts, und sagen Sie es der Person, die Sie gebeten hat. Wer den Link hat, kann ändern, was damit eingerichtet wird.
    .why = { $organization } hat Ihnen diese E-Mail gesendet, weil Sie mit dieser Adresse gebeten werden. Leiten Sie sie an niemanden weiter, der Single Sign-on nicht mit Ihnen einrichtet.
