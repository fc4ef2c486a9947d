# Español.

language = Español
direction = ltr
instant = { $day } de { $month ->
    [1] enero
    [2] febrero
    [3] marzo
    [4] abril
    [5] mayo
    [6] junio
    [7] julio
    [8] agosto
    [9] septiembre
    [10] octubre
    [11] noviembre
   *[12] diciembre
    } de { $year }, { $time } UTC

-not-believed = No pudimos iniciar su sesión
-no-access = Todavía no tiene acceso
-setup = Se debe a la configuración del inicio de sesión único. Pida a su administrador que la revise.

skip = Ir al contenido
sign-in = Inicio de sesión
sign-out = Cerrar sesión
sign-in-again = Iniciar sesión de nuevo
sign-in-to = Iniciar sesión en { $organization }
by-service = Inicio de sesión con Vestibule

home = Aquí se inicia sesión
    .lead = Cada organización tiene su propio enlace de inicio de sesión. Use el que le dio la suya o abra su aplicación: ella le trae aquí cuando hace falta iniciar sesión.
    .help = ¿No tiene un enlace? Pregunte al administrador de su organización.

choose = Iniciar sesión
    .lead = ¿Cómo quiere iniciar sesión?
    .help = ¿No está seguro? Elija la forma en que inicia sesión habitualmente en el trabajo.

sending = Un momento
    .heading = Un momento…
    .lead = Se le lleva a su proveedor de identidad. Si no ocurre nada, use el botón.
    .action = Continuar

help = Si necesita ayuda
    .ask = Contacto
    .email = Correo electrónico
    .phone = Teléfono
    .tell-contact = Dígale esta referencia, con la que puede consultar lo ocurrido:
    .tell-administrator = Diga a su administrador esta referencia, con la que puede consultar lo ocurrido:
    .code = Código:

link = Confirmar su cuenta
    .heading = ¿Es esta su cuenta?
    .lead = Alguien inició sesión en { $organization } a través del proveedor de identidad de su organización con la dirección que aparece abajo. Si fue usted, confírmelo: desde entonces entrará en esta cuenta de esa forma.
    .action = Sí, fui yo
    .not-you = ¿No fue usted? Cierre esta página: no ocurre nada, y el enlace deja de funcionar el { $expires }. Avise a su administrador si vuelve a suceder.
linked = Confirmado
    .heading = La cuenta es suya
    .lead = Inicie sesión una vez más para entrar. A partir de ahora, este paso no hará falta.

signed-out = Sesión cerrada
    .heading = Ha cerrado la sesión
    .action = Iniciar sesión de nuevo en { $organization }
    .ended = También se ha cerrado la sesión en su proveedor de identidad.
    .partly = También se ha cerrado la sesión en su proveedor de identidad, pero no en todas las aplicaciones. Si otras personas usan este equipo, cierre el navegador.
    .failed = Su proveedor de identidad no cerró la sesión. Si otras personas usan este equipo, ciérrela allí y cierre el navegador.
    .alone = Es posible que su sesión siga abierta en su proveedor de identidad. Si otras personas usan este equipo, ciérrela también allí y cierre el navegador.

signed-in = Sesión iniciada
    .heading = Ha iniciado sesión, { $name }
    .organization = Organización
    .through = Sesión iniciada con
    .until = Sesión abierta hasta
    .none = ninguno
    .changes = Qué ha cambiado
    .from = de
    .to = a
    .nothing = nada
    .warnings = No se ha tomado
    .warned = lo que envió su proveedor de identidad no es válido aquí, así que quedó como estaba.
    .why = Por qué su cuenta es así
    .why-lead = Las reglas de su organización lo decidieron el { $at } a partir de lo que envió su proveedor de identidad.
    .as-it-was = como estaba
    .no-value = sin valor
    .attribute = Atributo buscado
    .arrived = Lo que llegó
    .rule = Regla:
    .reference = Si algo no es correcto, diga a su administrador esta referencia:
outcome-created = Cuenta nueva
    .happened = Su cuenta se creó en este inicio de sesión.
    .welcomed = Le llegará un correo de bienvenida.
outcome-updated = Actualizada
    .happened = Su cuenta se actualizó en este inicio de sesión.
outcome-unchanged = Sesión iniciada
    .happened = Su cuenta está como antes.
outcome-refused = Rechazado
    .happened = Este inicio de sesión se rechazó.

topic-identity = Quién es usted
topic-registration = Registro
topic-first_name = Nombre
topic-last_name = Apellidos
topic-email = Dirección de correo
topic-location = Ubicación
topic-user_type = Tipo de usuario
topic-role = Rol
topic-assignments = Tipo de usuario y rol

why-match_identity = Se le reconoció por el nombre con el que le conoce su proveedor de identidad.
why-match_email = Se le reconoció por su dirección de correo.
why-match_near_miss = El nombre con el que se le conoce es casi el de otra persona.
why-match_bound_elsewhere = Su dirección pertenece a una cuenta con otra identidad.
why-match_none = No se reconoció a nadie, así que usted es nuevo aquí.
why-match_deactivated = La cuenta está desactivada.
why-match_unusable_name_id = Con un nombre así no se puede reconocer a nadie.
why-email_domain = Solo pueden iniciar sesión las direcciones de ciertos dominios.
why-registration = Aquí las cuentas no se crean automáticamente.
why-required_name = Una cuenta nueva necesita un nombre.
why-required_email = Una cuenta nueva necesita una dirección de correo.
why-mapped_attribute = Lo envió su proveedor de identidad.
why-default_value = Su proveedor de identidad no envió nada, así que se tomó el valor predeterminado de la organización.
why-role_of_type = Se envió un tipo de usuario sin rol, así que se tomó el rol que le corresponde.
why-pair_in_catalog = El catálogo de la organización tiene este tipo de usuario y este rol.
why-invalid_value = Lo que se envió no es un valor válido.
why-privileged_pair = Este rol solo se da donde está permitido expresamente.
why-welcome = A una cuenta nueva se le da la bienvenida con un correo.
why-keep_current = Su proveedor de identidad no envió nada, así que quedó como estaba.
why-email_change = Su proveedor de identidad envió otra dirección.
why-add_assignment = Su proveedor de identidad envió un tipo de usuario que usted no tenía, así que se añadió.
why-change_role = Su proveedor de identidad envió otro rol para este tipo de usuario.
why-same_assignment = Usted ya tenía lo que envió su proveedor de identidad.
why-incomplete_pair = Hacen falta el tipo de usuario y el rol; solo se envió uno, así que no cambió nada.
why-never_removed = Un inicio de sesión nunca quita nada.
why-settings = Esta regla trata de la configuración, no de los inicios de sesión.

note-multiple_values = Llegaron { $count } valores distintos, y nada dice cuál cuenta.
note-not_in_catalog = El valor no está en el catálogo de la organización; las mayúsculas cuentan.
note-looks_like_an_id = El valor no está en el catálogo de la organización; parece un identificador, pero hace falta el nombre de la ubicación.
note-unfit = El valor no tiene la forma necesaria.
note-near_miss = Llegó un atributo llamado «{ $arrived }», que es casi, pero no del todo, el que se buscaba.
note-address_taken = Otra persona de la organización tiene esta dirección.
note-name_id_near_miss = Se conoce a alguien por un nombre que solo difiere en mayúsculas o espacios.
note-not_a_role_of_the_type = El rol no es uno de los roles de ese tipo de usuario.
note-role_missing = Se envió un tipo de usuario sin rol, y no está claro cuál de sus roles se quiere.
note-user_type_missing = Se envió un rol sin tipo de usuario, y hacen falta los dos.
note-pair_missing = No se enviaron ni tipo de usuario ni rol, y no hay valores predeterminados.
note-only_role = El tipo de usuario solo tiene este rol, así que cuenta como enviado.
note-privileged_not_allowed = El rol da derechos especiales y no se puede dar de esta forma.
note-privileged_filled_in = El rol da derechos especiales, así que hay que enviar tanto el tipo de usuario como el rol.
note-registration_off = Aquí las cuentas no se crean automáticamente.
note-jit_not_enabled = En esta organización las cuentas no se crean automáticamente.
note-address_from_name_id = El nombre con el que le conoce su proveedor de identidad sirve de dirección de correo.
note-link_mailed = Un usuario tiene esta dirección; se envió un enlace a ella.
note-linking_off = Un usuario tiene esta dirección, y aquí las cuentas no se vinculan por la dirección.
note-letter_case_only = Solo las mayúsculas difieren de la dirección guardada, lo que no es un cambio.

refused-malformed_response = { -not-believed }
    .happened = No se pudo leer lo que envió su proveedor de identidad.
    .advice = Inténtelo una vez más. Si vuelve a suceder, avise a su administrador.
refused-untrusted_signature = { -not-believed }
    .happened = Lo que envió su proveedor de identidad no está firmado con una clave en la que confíe esta organización.
    .advice = { -setup }
refused-unsupported_response = { -not-believed }
    .happened = Su proveedor de identidad envió una respuesta de un tipo que aquí no se acepta.
    .advice = { -setup }
refused-response_expired = Este inicio de sesión tardó demasiado
    .happened = La respuesta de su proveedor de identidad había caducado cuando llegó.
    .advice = Inicie sesión de nuevo. Si vuelve a suceder enseguida, avise a su administrador: puede que un reloj vaya mal.
refused-response_not_yet_valid = { -not-believed }
    .happened = La respuesta de su proveedor de identidad todavía no es válida.
    .advice = Inténtelo de nuevo en unos minutos. Si vuelve a suceder, avise a su administrador: puede que un reloj vaya mal.
refused-wrong_audience = { -not-believed }
    .happened = La respuesta de su proveedor de identidad era para otro servicio.
    .advice = { -setup }
refused-wrong_recipient = { -not-believed }
    .happened = La respuesta de su proveedor de identidad era para otro servicio.
    .advice = { -setup }
refused-wrong_destination = { -not-believed }
    .happened = La respuesta de su proveedor de identidad era para otro servicio.
    .advice = { -setup }
refused-wrong_issuer = { -not-believed }
    .happened = La respuesta vino de un proveedor de identidad que esta organización no usa.
    .advice = { -setup }
refused-unsolicited_response = Empiece aquí, por favor
    .happened = Esta organización quiere que los inicios de sesión empiecen en esta página y no en el proveedor de identidad.
    .advice = Use el botón de abajo.
refused-unknown_request = Este inicio de sesión ha terminado
    .happened = Se empezó hace demasiado tiempo o en otro navegador, o ya ha concluido.
    .advice = Inicie sesión de nuevo en este navegador. Las cookies deben estar permitidas para este sitio.
refused-replayed_response = Este inicio de sesión ya se usó
    .happened = Cada inicio de sesión sirve una vez. Volver atrás en el navegador o recargar envía de nuevo el mismo.
    .advice = Inicie sesión de nuevo.
refused-identity_provider_error = Su proveedor de identidad no inició su sesión
    .happened = Él mismo dice que el inicio de sesión falló o se interrumpió.
    .advice = Inténtelo de nuevo. Si vuelve a suceder, pregunte a quienes gestionan su proveedor de identidad.
refused-connection_disabled = El inicio de sesión está desactivado
    .happened = Esta forma de iniciar sesión está desactivada por el momento.
    .advice = Pregunte a su administrador.
refused-registration_disabled = { -no-access }
    .happened = Su proveedor de identidad le conoce, pero aquí no hay una cuenta para usted, y las cuentas no se crean automáticamente.
    .advice = Pida una cuenta a su administrador.
refused-missing_required_attribute = { -no-access }
    .happened = Su proveedor de identidad no envió un nombre que se pueda usar, y una cuenta lo necesita.
    .advice = { -setup }
refused-missing_email = { -no-access }
    .happened = Su proveedor de identidad no envió una dirección de correo que se pueda usar, y una cuenta la necesita.
    .advice = { -setup }
refused-invalid_user_type_or_role = { -no-access }
    .happened = Su proveedor de identidad no envió un tipo de usuario y un rol que se puedan dar aquí.
    .advice = { -setup }
refused-email_in_use = No pudimos encontrar su cuenta
    .happened = La dirección de correo que envió su proveedor de identidad no se puede usar para su cuenta.
    .advice = Pida a su administrador que lo revise.
refused-email_domain_not_allowed = { -no-access }
    .happened = Con direcciones como la suya no se puede iniciar sesión aquí.
    .advice = Inicie sesión con su dirección en esta organización, o pregunte a su administrador.
refused-user_deactivated = Su cuenta está desactivada
    .happened = De momento no puede iniciar sesión con ella.
    .advice = Si cree que es un error, pregunte a su administrador.
refused-ambiguous_match = No pudimos encontrar su cuenta
    .happened = El nombre con el que le conoce su proveedor de identidad es casi, pero no del todo, uno que se conoce aquí.
    .advice = { -setup }
refused-unknown_location = { -no-access }
    .happened = Su proveedor de identidad envió una ubicación que esta organización no conoce.
    .advice = { -setup }
refused-link_verification_sent = Revise su correo
    .happened = Puede que ya tenga una cuenta. Para asegurarnos de que es suya, se envió un correo con un enlace a su dirección.
    .advice = Abra el enlace y después inicie sesión de nuevo. Sirve una vez, durante 24 horas.

failed-organization_not_found = No existe esa organización
    .happened = Puede que la dirección esté mal escrita o que la organización tenga ahora otra.
    .advice = Compruebe el enlace que le dieron.
failed-connection_not_found = No existe esa forma de iniciar sesión
    .happened = La organización no tiene ninguna conexión con ese nombre.
    .advice = Use el botón de abajo o compruebe el enlace que le dieron.
failed-sso_not_configured = El inicio de sesión único aún no está configurado
    .happened = Esta organización no tiene un proveedor de identidad al que preguntar.
    .advice = Pregunte a su administrador.
failed-return_to_not_allowed = Ese enlace lleva a otro lugar
    .happened = Después del inicio de sesión le enviaría a un lugar que esta organización no ha indicado.
    .advice = Use el botón de abajo, o vaya a su aplicación y empiece allí.
failed-link_expired = Este enlace ya no funciona
    .happened = Ya se usó o tiene más de 24 horas.
    .advice = Inicie sesión de nuevo: si hace falta, se envía un correo nuevo.
failed-untrusted_logout = Puede que su sesión siga abierta
    .happened = Un mensaje que debía cerrar su sesión no es uno que su proveedor de identidad acabe de firmar para este servicio.
    .advice = Cierre la sesión en su propia aplicación, y cierre el navegador si otras personas usan este equipo.
failed-response_too_large = { -not-believed }
    .happened = Su proveedor de identidad envió más de lo que se puede recibir.
    .advice = Pregunte a su administrador: a menudo se envían demasiados grupos.
failed-unsupported_media_type = { -not-believed }
    .happened = Lo que llegó no es el formulario que envía un proveedor de identidad.
    .advice = Vuelva a donde empezó e inténtelo de nuevo.
failed-too_many_requests = Espere un momento, por favor
    .happened = Hubo demasiados intentos desde su red en poco tiempo.
    .advice = Inténtelo de nuevo dentro de un minuto.
failed-temporarily_unavailable = Volvemos enseguida
    .happened = El servicio no puede responder en este momento. No se cambió nada suyo.
    .advice = Espere un momento e inténtelo de nuevo.
failed-cross_site_request = Eso no vino de aquí
    .happened = Otro sitio intentó usar esta página, así que no se hizo nada.
    .advice = Vuelva a la página en la que estaba e inténtelo de nuevo.
failed-not_found = Aquí no hay nada
    .happened = Puede que la dirección esté mal escrita o que la página se haya movido.
    .advice = Use el enlace de inicio de sesión que le dio su organización.
failed-otherwise = Algo salió mal
    .happened = Fue culpa del servicio, no suya. Ha quedado anotado.
    .advice = Inténtelo de nuevo en un momento. Si vuelve a suceder, avise a su administrador.

mail-hello = Hola, { $name }:
mail-by-hand = Si el botón no funciona, abra esta dirección:
mail-no-answer = No hace falta responder, y nadie lee las respuestas.
mail-to-contact = { $organization } ha enviado este correo al contacto técnico de la conexión.
mail-what-to-do = Qué hacer
mail-certificate = Certificado
    .added = Certificado nuevo
    .removed = Certificado que se retira
    .ends = Caduca: { $at }

mail-welcome = Le damos la bienvenida, { $name }
    .subject = Su cuenta de { $organization } está lista
    .preview = Puede iniciar sesión con la cuenta que ya usa en su organización.
    .happened = Se ha creado una cuenta para usted en { $organization }. No hay nada más que configurar.
    .password = No necesita una contraseña nueva: inicia sesión con la cuenta que ya usa en su organización.
    .action = Iniciar sesión
    .open = Inicie sesión cuando quiera:
    .not-you = ¿No esperaba una cuenta? Avise a la persona que gestiona las cuentas en su organización: puede que otra persona esté usando la suya.
    .why = { $organization } le ha enviado este correo porque se ha creado una cuenta con esta dirección.

mail-link = ¿Ha sido usted, { $name }?
    .subject = ¿Ha sido usted? Confirme su inicio de sesión en { $organization }
    .preview = Alguien ha iniciado sesión con su dirección. No ocurre nada hasta que usted lo confirme.
    .happened = Alguien ha iniciado sesión en { $organization } a través de «{ $connection }» con esta dirección de correo. Usted ya tiene una cuenta con esta dirección; díganos si ha sido usted.
    .if-you = ¿Ha sido usted? Abra la página y pulse «{ link.action }». No ocurre nada hasta que pulse ese botón. A partir de entonces iniciará sesión en su cuenta a través de «{ $connection }».
    .action = Abrir la página
    .until = El enlace funciona una sola vez, hasta el { $at }, es decir, { $hours ->
        [one] 1 hora
       *[other] { $hours } horas
        } después del inicio de sesión. Si ha caducado, inicie sesión de nuevo y recibirá otro.
    .not-you = ¿No ha sido usted? Entonces no pulse el botón. Sin él nadie entra en su cuenta, y el enlace deja de funcionar por sí solo. Avise a la persona que gestiona las cuentas en su organización.
    .why = { $organization } le ha enviado este correo por un inicio de sesión con esta dirección. No lo reenvíe: el enlace es solo para usted.

mail-moved = Su dirección de correo ha cambiado
    .subject = La dirección de correo de su cuenta de { $organization } ha cambiado
    .preview = Los correos sobre su cuenta se envían desde ahora a su nueva dirección.
    .happened = Esta dirección de correo ya no es la de su cuenta en { $organization }. Su organización nos dio una dirección nueva cuando usted inició sesión, y ha sustituido a esta.
    .from-now-on = Inicia sesión como antes. Los correos sobre su cuenta se envían desde ahora a la dirección nueva. Si ya lo sabía, no tiene que hacer nada.
    .not-you = ¿No lo esperaba? Avise a la persona que gestiona las cuentas en su organización. Puede consultar el inicio de sesión y corregir la dirección.
    .why = { $organization } ha enviado este correo a su dirección anterior para que el cambio no pase inadvertido.

mail-ends = Un certificado caduca dentro de { $days ->
        [one] 1 día
       *[other] { $days } días
        }
    .subject = Un certificado de firma de «{ $connection }» caduca dentro de { $days ->
        [one] 1 día
       *[other] { $days } días
        }
    .preview = Caduca el { $at }.
    .happened = Un certificado de firma del proveedor de identidad de la conexión «{ $connection }» ({ $key }) de { $organization } caduca el { $at }:
    .advice = Compruebe en el proveedor de identidad si ya tiene un certificado nuevo, o cree uno. Si sus metadatos se obtienen de una dirección, el nuevo llega por sí solo y espera su aprobación, salvo que la dirección sea de confianza. Si no, guarde los metadatos nuevos en esta conexión antes de que el proveedor de identidad empiece a firmar con la clave nueva. Ambos certificados pueden estar a la vez.
    .otherwise = Que un certificado caduque no hace que aquí se rechace ningún inicio de sesión. Pero muchos proveedores de identidad cambian de clave ese día, y con una clave que aquí no se conoce nadie puede iniciar sesión.
    .when = Se envía 60, 30, 14, 7 y 1 días antes de que caduque.

mail-approve = Un cambio espera su aprobación
    .subject = Por aprobar: los metadatos de «{ $connection }» han cambiado
    .preview = Hasta que apruebe el cambio, los inicios de sesión se rigen por lo último que se aprobó.
    .happened = El proveedor de identidad de la conexión «{ $connection }» ({ $key }) de { $organization } se describe de otro modo que antes. Hasta que apruebe el cambio, los inicios de sesión se rigen por lo último que se aprobó.
    .endpoints = También cambian las direcciones en las que se inicia sesión.
    .advice = Compare las huellas con las que muestra la administración del propio proveedor de identidad. Después apruebe el cambio, o rechácelo, en el Admin Portal o mediante la API de administración. Si no espera ningún cambio, pregunte primero a quien gestiona el proveedor de identidad.
    .otherwise = Un cambio sin aprobar puede dejar a todos fuera en cuanto el proveedor de identidad firme con una clave nueva.

mail-stale = No se pueden actualizar los metadatos
    .subject = No se pueden actualizar los metadatos de «{ $connection }»
    .preview = Los inicios de sesión se rigen por lo último que se obtuvo.
    .happened = Desde el { $at } no se pueden obtener de su dirección los metadatos del proveedor de identidad de la conexión «{ $connection }» ({ $key }) de { $organization }:
    .message = El mensaje, en inglés:
    .advice = Abra la dirección de los metadatos y compruebe si responde con metadatos. Si el proveedor de identidad se ha trasladado, guarde su nueva dirección en esta conexión.
    .otherwise = Los inicios de sesión se rigen por lo último que se obtuvo. Si entretanto el proveedor de identidad cambia de clave, este servicio no se entera.
    .when = Se envía una sola vez por este fallo; se vuelve a intentar varias veces al día.

mail-password = Elija una contraseña nueva
    .subject = Elija una contraseña nueva para el portal de administración de { $organization }
    .preview = Alguien la ha pedido con su dirección. No cambia nada hasta que usted elija una.
    .happened = Alguien, muy probablemente usted, ha indicado que se ha perdido la contraseña de su cuenta de administración en { $organization }.
    .action = Elegir una contraseña nueva
    .until = El enlace funciona una sola vez, hasta el { $at }. Con la contraseña nueva se cierran todas sus sesiones, y después vuelve a iniciar sesión.
    .not-you = ¿No ha sido usted? Entonces no haga nada: su contraseña sigue siendo la misma, y el enlace deja de funcionar por sí solo.
    .why = { $organization } le ha enviado este correo porque alguien lo ha pedido con esta dirección. No lo reenvíe: el enlace es solo para usted.

mail-invitation = Tiene una invitación al portal de administración
    .subject = { $by } le invita a administrar { $organization }
    .preview = Acepte la invitación eligiendo una contraseña.
    .happened = { $by } le invita a administrar { $organization }. Usted acepta eligiendo una contraseña. A partir de entonces iniciará sesión con esta dirección de correo.
    .action = Elegir una contraseña
    .until = El enlace funciona una sola vez, hasta el { $at }. Si ha caducado, pida otro.
    .not-you = ¿No espera ninguna invitación? Entonces no haga nada: el enlace deja de funcionar por sí solo.
    .why = { $organization } le ha enviado este correo porque se le invita con esta dirección. No lo reenvíe: el enlace es solo para usted.

mail-setup = Configurar el inicio de sesión único
    .subject = Configure el inicio de sesión único de { $organization }
    .preview = Un enlace a la página donde se conecta su proveedor de identidad.
    .happened = { $by } le pide que conecte su proveedor de identidad con { $organization }. El enlace abre la página para ello y nada más. No necesita contraseña.
    .action = Abrir la página
    .until = El enlace funciona tantas veces como lo necesite, hasta el { $at }, salvo que se revoque antes.
    .not-you = ¿No se ocupa usted del proveedor de identidad? Entonces no haga nada y dígaselo a quien se lo ha pedido. Quien tenga el enlace puede cambiar lo que se configura con él.
    .why = { $organization } le ha enviado este correo porque se le pide con esta dirección. No lo reenvíe a nadie que no configure con usted el inicio de sesión único.
